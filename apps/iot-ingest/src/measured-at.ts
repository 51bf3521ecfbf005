// When something was measured: what a device's clock says, unless that cannot be.
import type { Limits } from "./resources/limits.ts";

const year2000 = Date.UTC(2000);
const hour = 3_600_000;
/** Below this a number is of seconds: as milliseconds it would be of 1973. */
const leastMilliseconds = 1e11;
const iso8601 = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|[+-]\d\d:?\d\d)?)?$/i;

export interface Arrival {
  readonly receivedAt: number;
  /** When it is read; it may have waited. */
  readonly now: number;
}

/**
 * @param clock epoch seconds or milliseconds, or a time as ISO 8601 has it: in UTC unless it says its offset, wherever
 * this runs.
 * @returns epoch milliseconds.
 * @throws {Error} with the reason it cannot be.
 */
export function measuredAt(
  clock: string | number | undefined,
  { receivedAt, now }: Arrival,
  { aheadSeconds, lateHours, rawDays }: Limits,
): number {
  if (clock === undefined) return receivedAt;
  const number = typeof clock === "number" && clock < leastMilliseconds ? clock * 1000 : clock;
  const at = Math.round(typeof number === "number" ? number : parseTime(number));
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) throw new Error(`its clock says ${JSON.stringify(clock)}`);
  const when = date.toISOString();
  if (at < year2000) throw new Error(`its clock was never set: it says ${when}`);
  if (at > receivedAt + aheadSeconds * 1000) throw new Error(`its clock is ahead: it says ${when}`);
  if (at < receivedAt - lateHours * hour) throw new Error(`it is too late: it is of ${when}`);
  // An hour sooner than it is deleted: what is gone cannot tell a reading from one that comes twice.
  if (at < now - rawDays * 24 * hour + hour) throw new Error(`it is too old: it is of ${when}`);
  return at;
}

function parseTime(text: string): number {
  const [, day, time = "00:00", offset = "Z"] = iso8601.exec(text) ?? [];
  return day === undefined ? Number.NaN : Date.parse(`${day}T${time}${offset.toUpperCase()}`);
}
