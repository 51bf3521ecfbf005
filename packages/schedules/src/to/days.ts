// The days a schedule is due as plain values, free of the stars that dialects read differently.
import type { Cron } from "../cron/cron.ts";
import { daysIn } from "../cron/impossible.ts";
import { ScheduleError } from "../error.ts";

export interface DueDays {
  /** Days of the month; undefined when all will do. */
  readonly dates: readonly number[] | undefined;
  /** From 0, Sunday; undefined when all will do. */
  readonly weekdays: readonly number[] | undefined;
  /** What a day must match when there are both; `single` when there are not. */
  readonly match: "single" | "either" | "both";
  /** The days of the month that are missing in `dates`, of those that the schedule's months have. */
  readonly otherDates: readonly number[];
}

export function dueDays(cron: Cron): DueDays {
  const { "day-of-month": dayOfMonth, "day-of-week": dayOfWeek, month } = cron.fields;
  const either = cron.eitherDay;
  const all = Array.from({ length: Math.max(...month.values.map(daysIn)) }, (_, index) => index + 1);
  const dates = all.filter((date) => dayOfMonth.values.includes(date));
  const otherDates = all.filter((date) => !dayOfMonth.values.includes(date));
  const everyDate = otherDates.length === 0;
  const everyWeekday = dayOfWeek.values.length === 7;
  const everyDay = either && (everyDate || everyWeekday);
  // "0 0 30 2 MON" is due on Mondays alone: the parser lets dates that never come pass beside weekdays.
  const anyDate = everyDay || everyDate || dates.length === 0;
  const anyWeekday = everyDay || everyWeekday;
  return {
    dates: anyDate ? undefined : dates,
    weekdays: anyWeekday ? undefined : dayOfWeek.values,
    match: anyDate || anyWeekday ? "single" : either ? "either" : "both",
    otherDates,
  };
}

/** The refusal of a schedule whose days must match both fields, for a platform that cannot ask for that. */
export function bothDaysRefusal({ expression, fields }: Cron, platform: string, why: string): ScheduleError {
  const { "day-of-month": dates, "day-of-week": weekdays } = fields;
  return new ScheduleError(
    `Cannot schedule "${expression}" on ${platform}: a day must match both day-of-month ${dates.text} and ` +
      `day-of-week ${weekdays.text}${dates.wildcard || weekdays.wildcard ? ", as one of them begins with *" : ""}, and ${why}. ` +
      `Write * for one of them, and let the function return early on the days that are not meant.`,
    { field: "day-of-month", found: dates.text, allowed: "* in day-of-month or in day-of-week" },
  );
}
