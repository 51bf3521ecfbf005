// Amazon EventBridge Scheduler (`ScheduleExpression`, `ScheduleExpressionTimezone`).
import { dayNames } from "../cron/fields.ts";
import type { Schedule } from "../schedule.ts";
import { bothDaysRefusal, dueDays } from "./days.ts";
import { dayText, timeFields } from "./fields.ts";
import { type PlatformSchedule, zoneName } from "./platform-schedule.ts";

/**
 * `cron(minute hour day-of-month month day-of-week year)`, where one of the day fields must be `?`. When
 * either day field is enough, that takes two expressions, and on a day that matches both AWS invokes twice:
 * it cannot leave dates out of weekdays. Both stand for one due time, so `dueId` tells that they are one run.
 *
 * When clocks change it skips the times in the gap and does not repeat those in the fold.
 * @throws {ScheduleError} for a schedule whose days must match day of month and day of week both.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function toAws({ cron, timeZone }: Schedule): PlatformSchedule {
  const { dates, weekdays, match } = dueDays(cron);
  if (match === "both") throw bothDaysRefusal(cron, "EventBridge Scheduler", "no expression there has both");
  const { minute, hour, month } = timeFields(cron, stepFrom);
  const onDates = `cron(${minute} ${hour} ${dayText(dates)} ${month} ? *)`;
  const onWeekdays = `cron(${minute} ${hour} ? ${month} ${dayText(weekdays, weekdayName)} *)`;
  const single = weekdays === undefined ? onDates : onWeekdays;
  return { expressions: match === "either" ? [onDates, onWeekdays] : [single], timeZone: zoneName(timeZone) };
}

// Documented is "1/10" alone; a star with a step is not.
function stepFrom(first: number, step: number): string {
  return `${first}/${step}`;
}

// AWS counts weekdays from 1. A name cannot be taken for another day.
function weekdayName(weekday: number): string {
  return dayNames[weekday] as string;
}
