// Kubernetes CronJob (`schedule`, `timeZone`) and Knative PingSource (`schedule`, `timezone`).
import type { Schedule } from "../schedule.ts";
import { toFiveFields } from "./five-fields.ts";
import type { PlatformSchedule } from "./platform-schedule.ts";

/**
 * One expression for robfig/cron v3, which both use. It counts a star with a step as a restriction, and takes
 * either day field for enough when both are restricted, so that no day there can be asked to match both.
 *
 * When clocks change it skips the times in the gap and repeats those in the fold, however they are written.
 * @throws {ScheduleError} for a schedule whose days must match day of month and day of week both.
 * @see https://github.com/robfig/cron/tree/v3.0.1 getRange in parser.go, dayMatches in spec.go
 */
export function toKubernetes(schedule: Schedule): PlatformSchedule {
  return toFiveFields(schedule, "Kubernetes", "either is enough for robfig/cron there");
}
