// Due times: of EventBridge Scheduler, whose input the manifest writes, and of plain EventBridge rules.
import { FunctionError } from "@faasade/core";
import { type Fields, fieldsOf, textOf } from "../shared/fields.ts";
import { scheduleEvent } from "../shared/schedule-event.ts";
import { deliverAll } from "./deliver-all.ts";
import type { Invocation } from "./invocation.ts";
import type { Lambda } from "./lambda.ts";
import { RefusedEvent } from "./refused-event.ts";

/**
 * The `Input` of an EventBridge Scheduler schedule, in the shape of EventBridge's own: Scheduler fills in what stands in
 * angle brackets. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function scheduleInput(app: string, functionName: string): string {
  return JSON.stringify({
    source: "aws.scheduler",
    "detail-type": "Scheduled Event",
    id: "<aws.scheduler.execution-id>",
    time: "<aws.scheduler.scheduled-time>",
    detail: { job: `${app}/${functionName}`, attempt: "<aws.scheduler.attempt-number>" },
  });
}

/** @throws {RefusedEvent} unless the function ran. */
export async function answer(lambda: Lambda, event: Fields, invocation: Invocation): Promise<unknown> {
  const { job, attempt } = fieldsOf(event["detail"]);
  const functionName = job === undefined ? onlyFunction(lambda) : namedFunction(lambda, job);
  const time = parseInstant(event["time"]);
  if (time === undefined)
    throw new FunctionError(
      "invalid",
      `Cannot start ${functionName}: the event says no time at which it was due.`,
    );
  // A rule tells when it fired, which may be seconds after the minute that was due.
  const due = event["source"] === "aws.events" ? Math.floor(time / 60_000) * 60_000 : time;
  const events = [scheduleEvent(lambda.artefact.app, functionName, due)];
  const delivery = Number(attempt) > 1 ? { events, attempt: Math.floor(Number(attempt)) } : { events };
  return deliverAll(lambda, [{ functionName, delivery }], invocation);
}

function namedFunction({ artefact }: Lambda, name: unknown): string {
  const qualified = textOf(name) ?? "";
  const prefix = `${artefact.app}/`;
  const local = qualified.startsWith(prefix) ? qualified.slice(prefix.length) : "";
  if (artefact.functions.some((entry) => entry.name === local && entry.trigger.kind === "schedule"))
    return local;
  throw RefusedEvent.unmatched(
    `a due time of ${qualified.slice(0, 200)}`,
    "this artefact carries no scheduled function of that name: the schedule is another app's, or an older one.",
  );
}

/** The event of a rule names no function, so there may be only one. */
function onlyFunction({ artefact }: Lambda): string {
  const scheduled = artefact.functions.filter(({ trigger }) => trigger.kind === "schedule");
  const [only] = scheduled;
  if (scheduled.length === 1 && only !== undefined) return only.name;
  throw RefusedEvent.unmatched(
    "a due time",
    `it names no function, and this artefact carries ${scheduled.length} scheduled ones. Give the rule or the schedule an input that names one.`,
  );
}

/** Epoch milliseconds of an RFC 3339 text; undefined for anything else. */
function parseInstant(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
