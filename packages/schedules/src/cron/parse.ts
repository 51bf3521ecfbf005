// Reads the five-field cron of crontab(5), and says exactly what it cannot read.
import { ScheduleError } from "../error.ts";
import type { Cron } from "./cron.ts";
import { refuseOtherDialects } from "./dialects.ts";
import { fieldRanges } from "./fields.ts";
import { type Notation, readFields, tokensOf } from "./read-fields.ts";

const macros: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

const crontab: Notation = {
  ranges: fieldRanges,
  stepsFromValue: false,
  eitherDay: (dayOfMonth, dayOfWeek) => !dayOfMonth.wildcard && !dayOfWeek.wildcard,
};

/**
 * Minute, hour, day of month, month and day of week, with names in any case, lists, ranges and steps; or a
 * macro such as `@daily`.
 * A step needs `*` or a range before it. Weeks run from 0, Sunday; 7 is Sunday too.
 * @throws {ScheduleError} for what cannot be read, what other dialects write, and a date that never comes.
 */
export function parseCron(expression: string): Cron {
  return readCron(expression, crontab);
}

/** Reads five fields or a macro in a dialect that has no more than these. @throws {ScheduleError} as `parseCron`. */
export function readCron(expression: string, notation: Notation): Cron {
  const written = expression.trim();
  const tokens = tokensOf(written.startsWith("@") ? spellOut(written) : expression);
  const texts = tokens.map(({ text }) => text);
  refuseOtherDialects(expression, texts);
  return { expression: texts.join(" "), ...readFields(expression, tokens, notation) };
}

function spellOut(macro: string): string {
  const fields = macros[macro.toLowerCase()];
  if (fields !== undefined) return fields;
  const why = macro.toLowerCase().startsWith("@reboot")
    ? "it names a start, not a time, and a function has no start of its own"
    : "it is not a macro of this package";
  const allowed = Object.keys(macros).join(", ");
  throw new ScheduleError(
    `Cannot schedule "${macro}": ${why}. Write five fields such as "*/5 * * * *", or one of ${allowed}.`,
    { position: 1, found: macro, allowed },
  );
}
