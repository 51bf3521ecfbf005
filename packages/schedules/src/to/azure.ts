// Azure Functions timer trigger (`schedule`): NCRONTAB, which has seconds first.
import type { Schedule } from "../schedule.ts";
import { dueDays } from "./days.ts";
import { dayText, timeFields } from "./fields.ts";
import { type PlatformSchedule, zoneName } from "./platform-schedule.ts";

/**
 * `second minute hour day-of-month month day-of-week`, all of which a time must match, both day fields too.
 * When either day field is enough, that takes two timers, which are never due together: one for the dates,
 * and one for the weekdays on other dates.
 *
 * A timer has no zone. The app has: UTC, unless the setting WEBSITE_TIME_ZONE gives another, by the name that
 * Windows has for it when the app runs on Windows. On some plans the setting is not supported. So the caller
 * sets `timeZone` there, or refuses all but UTC.
 *
 * When clocks change, the first time in the gap is made up for an hour later by the zone's clock, and the
 * times in the fold are due the second time only.
 * @see https://github.com/atifaziz/NCrontab TryGetNextOccurrence in CrontabSchedule.cs
 */
export function toAzure({ cron, timeZone }: Schedule): PlatformSchedule {
  const { dates, weekdays, match, otherDates } = dueDays(cron);
  const { minute, hour, month } = timeFields(cron);
  function timer(onDates: readonly number[] | undefined, onWeekdays: readonly number[] | undefined): string {
    return `0 ${minute} ${hour} ${dayText(onDates)} ${month} ${dayText(onWeekdays)}`;
  }
  const expressions =
    match === "either" ? [timer(dates, undefined), timer(otherDates, weekdays)] : [timer(dates, weekdays)];
  return { expressions, timeZone: zoneName(timeZone) };
}
