// Reads the schedules of Amazon EventBridge: `cron(…)` and `rate(…)`.
import type { Cron } from "../cron/cron.ts";
import { everyMinutes } from "../cron/every.ts";
import { rangesWithWeekdays } from "../cron/fields.ts";
import { type Notation, readFields, type Token, tokensOf } from "../cron/read-fields.ts";
import { ScheduleError } from "../error.ts";

const eventBridge: Notation = {
  ranges: rangesWithWeekdays({ min: 1, max: 7, maxWritten: 7, shift: -1 }),
  stepsFromValue: true,
  eitherDay: () => false,
};

/**
 * Minute, hour, day of month, month, day of week and year, with or without `cron(…)` around them, never seconds;
 * weeks run from 1, Sunday. A rate is due at multiples of its interval since midnight, as its beginning is not in it.
 * @throws {ScheduleError} for what five fields cannot say: a year, `L`, `W`, `#`, a rate that divides no day.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function fromAws(expression: string): Cron {
  const written = expression.trim();
  const [, form = "cron", inner = written] = /^(\w+)\((.*)\)$/s.exec(written) ?? [];
  if (form === "rate") return readRate(written, inner);
  if (form !== "cron")
    throw refused(written, `"${form}(…)" is due once or unknown`, "Give cron(…) or rate(…)");
  const tokens = tokensOf(inner);
  const [, , dayOfMonth, , dayOfWeek, year] = tokens.map(({ text }) => text);
  if (tokens.length !== 6)
    throw refused(
      written,
      `found ${tokens.length} fields`,
      "Write six: minute hour day-of-month month day-of-week year",
    );
  if ((dayOfMonth === "?") === (dayOfWeek === "?"))
    throw refused(
      written,
      "exactly one of the day fields must be ?",
      "Write ? for the one that is not asked",
    );
  if (year !== "*")
    throw refused(written, `the year ${year} is no part of a schedule here`, "Write * for the year");
  const starred = tokens
    .slice(0, 5)
    .map((token): Token => ({ ...token, text: token.text === "?" ? "*" : token.text }));
  return {
    expression: `cron(${tokens.map(({ text }) => text).join(" ")})`,
    ...readFields(inner, starred, eventBridge),
  };
}

const minutesOf: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

function readRate(written: string, inner: string): Cron {
  const [, count = "", unit = "", plural = ""] = /^\s*(\d+)\s+(minute|hour|day)(s?)\s*$/.exec(inner) ?? [];
  const minutes = Number(count) * (minutesOf[unit] ?? 0);
  // AWS wants "rate(1 minute)" and "rate(2 minutes)".
  if (minutes > 0 && (Number(count) === 1) === (plural === "")) return everyMinutes(written, minutes);
  throw refused(
    written,
    "a rate is a number and a unit",
    'Write one such as "rate(1 hour)" or "rate(5 minutes)"',
  );
}

function refused(found: string, why: string, instead: string): ScheduleError {
  return new ScheduleError(`Cannot read "${found}" as a schedule of AWS: ${why}. ${instead}.`, {
    position: 1,
    found,
  });
}
