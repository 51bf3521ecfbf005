// Five fields that every reader of them takes alike: a day field is a bare * or has no star.
import type { Schedule } from "../schedule.ts";
import { bothDaysRefusal, dueDays } from "./days.ts";
import { dayText, timeFields } from "./fields.ts";
import { type PlatformSchedule, zoneName } from "./platform-schedule.ts";

/** @throws {ScheduleError} when a day must match both day fields, which `platform` cannot ask for: `why`. */
export function toFiveFields({ cron, timeZone }: Schedule, platform: string, why: string): PlatformSchedule {
  const { dates, weekdays, match } = dueDays(cron);
  if (match === "both") throw bothDaysRefusal(cron, platform, why);
  const { minute, hour, month } = timeFields(cron);
  const expression = `${minute} ${hour} ${dayText(dates)} ${month} ${dayText(weekdays)}`;
  return { expressions: [expression], timeZone: zoneName(timeZone) };
}
