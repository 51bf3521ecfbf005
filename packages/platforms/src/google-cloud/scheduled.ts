// Due times of Cloud Scheduler.
import { FunctionError } from "@faasade/core";
import { fieldsOf, textOf } from "../shared/fields.ts";
import { scheduleEvent } from "../shared/schedule-event.ts";
import {
  type Delivered,
  type EntryOf,
  type Posted,
  parseJson,
  type Reading,
  readCloudEvent,
  unmatched,
} from "./delivered.ts";

const dueType = "dev.faasade.schedule.due";

/** The body that a job of Cloud Scheduler posts: what it is for, so that no other job starts the function. */
export function scheduleBody(app: string, functionName: string): string {
  return JSON.stringify({ job: `${app}/${functionName}` });
}

/**
 * Each attempt says the same due time, in a header field.
 * https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#HttpTarget
 * @throws {FunctionError} for what is no due time of the function.
 */
export function readDue({ app }: Reading, { name }: EntryOf<"schedule">, posted: Posted): Delivered {
  const { headers, body } = posted;
  if (headers.get("x-cloudscheduler") !== "true") {
    const event = readCloudEvent(posted);
    if (event.type === dueType) return { event };
    throw unmatched(`the event ${event.type}`, `${name} is started by due times of Cloud Scheduler.`);
  }
  const job = body.length === 0 ? `${app}/${name}` : textOf(fieldsOf(parseJson(body))["job"]);
  if (job !== `${app}/${name}`) throw unmatched(`a due time of ${job}`, `it came to ${app}/${name}.`);
  const due = parseInstant(headers.get("x-cloudscheduler-scheduletime"));
  if (due === undefined)
    throw new FunctionError("invalid", `Cannot start ${name}: the request says no time at which it was due.`);
  return { event: scheduleEvent(app, name, due) };
}

/** Epoch milliseconds of an RFC 3339 text with a zone; undefined for anything else. */
function parseInstant(text: string | null): number | undefined {
  if (text === null || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text))
    return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : time;
}
