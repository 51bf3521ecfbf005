// Reads the schedules of Google Cloud Scheduler: unix-cron.
import type { Cron } from "../cron/cron.ts";
import { fieldRanges } from "../cron/fields.ts";
import { readCron } from "../cron/parse.ts";
import type { Notation } from "../cron/read-fields.ts";
import { ScheduleError } from "../error.ts";

const unixCron: Notation = {
  ranges: fieldRanges,
  stepsFromValue: false,
  eitherDay: (dayOfMonth, dayOfWeek) => dayOfMonth.text !== "*" && dayOfWeek.text !== "*",
};

/**
 * Five fields; either day field is enough unless one is `*`.
 * @throws {ScheduleError} for what cannot be read, for macros, and for a star with a step in a day field beside another
 *   restriction: which days it stands for is not documented.
 * @see https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function fromGoogle(expression: string): Cron {
  if (/^\s*(?:@|every\b)/.test(expression))
    throw new ScheduleError(
      `Cannot read "${expression.trim()}" as unix-cron: Cloud Scheduler documents five fields alone. Write these.`,
      { position: 1, found: expression },
    );
  const cron = readCron(expression, unixCron);
  const { "day-of-month": dates, "day-of-week": weekdays } = cron.fields;
  if (!cron.eitherDay || (!dates.wildcard && !weekdays.wildcard)) return cron;
  throw new ScheduleError(
    `Cannot read "${cron.expression}" as unix-cron: whether "${dates.wildcard ? dates.text : weekdays.text}" beside ` +
      "another day field means either or both is not documented. Write its days as a list, or * in the other field.",
    { field: dates.wildcard ? "day-of-month" : "day-of-week", found: cron.expression },
  );
}
