// Google Cloud Scheduler (`schedule`, `timeZone`).
import type { Schedule } from "../schedule.ts";
import { toFiveFields } from "./five-fields.ts";
import type { PlatformSchedule } from "./platform-schedule.ts";

/**
 * One unix-cron expression. Either day field is enough there, unless one is `*`. Whether a star with a step
 * counts as one is not documented, so none is written in a day field.
 *
 * What happens when clocks change is not documented either: Google advises UTC where it matters.
 * @throws {ScheduleError} for a schedule whose days must match day of month and day of week both.
 * @see https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function toGoogle(schedule: Schedule): PlatformSchedule {
  return toFiveFields(schedule, "Cloud Scheduler", "either is enough there, as far as is documented");
}
