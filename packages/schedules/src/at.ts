// The instant of a date and time of a zone: what runs once.
import { ScheduleError } from "./error.ts";
import { zoneOf } from "./zone.ts";

const msPerDay = 86_400_000;

/**
 * Epoch milliseconds of `2027-03-28T02:30` in a zone. A time that the clock skips is the first instant after the gap,
 * one that it shows twice is the first: as for a schedule with a time of day.
 * @param local date and time, with or without seconds and milliseconds; with `Z` or an offset the zone is not asked.
 * @throws {ScheduleError} for what is no such time, and for a zone that is none.
 */
export function instantAt(local: string, timeZone = "UTC"): number {
  const zone = zoneOf(timeZone);
  const [, date = "", time = "", offset] =
    /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?$/.exec(local) ?? [];
  const reading = Date.parse(`${date}T${time}Z`);
  // "2027-02-30" would be read as a day in March.
  if (Number.isNaN(reading) || new Date(reading).toISOString().slice(0, 10) !== date)
    throw new ScheduleError(
      `Cannot schedule at "${local}": it is no date and time. Write one such as "2027-03-28T02:30".`,
      { position: 1, found: local },
    );
  if (offset !== undefined) return Date.parse(`${date}T${time}${offset}`);
  let span = zone.spanAt(reading - msPerDay);
  while (reading - span.offset >= span.end) span = zone.spanAt(span.end);
  return Math.max(reading - span.offset, span.start);
}
