// Reads the timers of Azure Functions: NCRONTAB, which has seconds first.
import type { Cron } from "../cron/cron.ts";
import { rangesWithWeekdays } from "../cron/fields.ts";
import { type Notation, readFields, tokensOf } from "../cron/read-fields.ts";
import { ScheduleError } from "../error.ts";

const ncrontab: Notation = {
  ranges: rangesWithWeekdays({ min: 0, max: 6, maxWritten: 6 }),
  stepsFromValue: true,
  longNames: true,
  // A time must match all fields.
  eitherDay: () => false,
};

/**
 * Second, minute, hour, day of month, month and day of week, or these without the second. A day must match both day
 * fields.
 * @throws {ScheduleError} for what cannot be read, and for seconds other than 0: the smallest interval here is a minute.
 * @see https://github.com/atifaziz/NCrontab CrontabFieldImpl.cs
 */
export function fromAzure(expression: string): Cron {
  const tokens = tokensOf(expression);
  const written = tokens.map(({ text }) => text).join(" ");
  const refused = (why: string): ScheduleError =>
    new ScheduleError(`Cannot read "${written}" as NCRONTAB: ${why}.`, { position: 1, found: written });
  if (tokens.length !== 5 && tokens.length !== 6)
    throw refused(
      `found ${tokens.length} fields. Write six: second minute hour day-of-month month day-of-week, not a time span`,
    );
  const [second] = tokens;
  if (tokens.length === 6 && !/^0+$/.test(second?.text ?? ""))
    throw refused(
      `its seconds are "${second?.text}", and schedules are due on the minute. Write 0 for the seconds`,
    );
  return { expression: written, ...readFields(expression, tokens.slice(-5), ncrontab) };
}
