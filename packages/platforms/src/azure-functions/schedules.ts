// Due times, of the timer trigger.
import type { FunctionEntry } from "@faasade/core/adapter";
import { fieldsOf } from "../shared/fields.ts";
import { scheduleEvent } from "../shared/schedule-event.ts";
import type { FunctionApp } from "./function-app.ts";
import { attemptOf, type Decoded, type NativeEvent } from "./native-event.ts";

const minute = 60_000;

export function decode(
  { artefact, host }: FunctionApp,
  { name }: FunctionEntry,
  native: NativeEvent,
): Decoded {
  const due = dueTime(native.data, host.clock.now());
  return { attempt: attemptOf(undefined, native), events: [scheduleEvent(artefact.app, name, due)] };
}

/**
 * Epoch milliseconds. The status is handed over before it is brought up to date, so its `next` is the time that is due
 * now, also when that is past; a timer may fire up to a second early. Who runs a timer by hand gets this minute.
 * @see https://github.com/Azure/azure-webjobs-sdk-extensions TimerListener.cs, InvokeJobFunction
 */
function dueTime(timer: unknown, now: number): number {
  const next = parseInstant(fieldsOf(fieldsOf(timer)["scheduleStatus"])["next"]);
  const due = next !== undefined && next <= now + minute ? next : now;
  return Math.floor(due / minute) * minute;
}

/** The host writes a local time without a zone, and its zone is UTC. */
function parseInstant(value: unknown): number | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return undefined;
  const time = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`);
  return time > 0 ? time : undefined;
}
