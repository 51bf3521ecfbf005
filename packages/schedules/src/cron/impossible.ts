// Finds expressions that read well and are never due, such as 30 February.
import { ScheduleError } from "../error.ts";
import type { Cron } from "./cron.ts";
import { monthNames } from "./fields.ts";

const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** The days of a month, January being 1, in a leap year. */
export function daysIn(month: number): number {
  return longest[month - 1] ?? 0;
}

/** @throws {ScheduleError} when no year has such a date. 29 February comes, if seldom. */
export function refuseImpossibleDates(cron: Cron): void {
  if (cron.eitherDay) return;
  const { "day-of-month": days, month: months } = cron.fields;
  const earliest = days.values[0] ?? 1;
  if (months.values.some((month) => earliest <= daysIn(month))) return;
  const names = months.values.map((month) => monthNames[month - 1]).join(", ");
  const last = Math.max(...months.values.map(daysIn));
  throw new ScheduleError(
    `Cannot schedule "${cron.expression}": it is never due, ${names} has no day ${days.text}. ` +
      `Write a day-of-month up to ${last}.`,
    { field: "day-of-month", found: days.text, allowed: `1-${last}` },
  );
}
