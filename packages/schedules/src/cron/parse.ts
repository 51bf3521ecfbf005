// Reads the five-field cron of crontab(5), and says exactly what it cannot read.
import { ScheduleError } from "../error.ts";
import type { Cron, CronField } from "./cron.ts";
import { foreignMark, refuseOtherDialects } from "./dialects.ts";
import { allowedIn, type CronFieldName, type FieldRange, fieldRanges } from "./fields.ts";
import { refuseImpossibleDates } from "./impossible.ts";

interface Token {
  readonly text: string;
  readonly position: number;
}

const maxLength = 1000;

const macros: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/**
 * Minute, hour, day of month, month and day of week, with names in any case, lists, ranges and steps; or a
 * macro such as `@daily`.
 * A step needs `*` or a range before it. Weeks run from 0, Sunday; 7 is Sunday too.
 * @throws {ScheduleError} for what cannot be read, what other dialects write, and a date that never comes.
 */
export function parseCron(expression: string): Cron {
  if (expression.length > maxLength) {
    throw new ScheduleError(
      `Cannot read a cron expression of ${expression.length} characters: at most ${maxLength} are allowed.`,
    );
  }
  const written = expression.trim();
  const text = written.startsWith("@") ? spellOut(written) : expression;
  const tokens = Array.from(text.matchAll(/\S+/g), (match) => ({
    text: match[0],
    position: match.index + 1,
  }));
  refuseOtherDialects(
    expression,
    tokens.map((token) => token.text),
  );
  const fields = fieldRanges.map((range, index) => [
    range.name,
    readField(expression, range, tokens[index] as Token),
  ]);
  const cron: Cron = {
    expression: tokens.map((token) => token.text).join(" "),
    fields: Object.fromEntries(fields) as Record<CronFieldName, CronField>,
  };
  refuseImpossibleDates(cron);
  return cron;
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

function readField(expression: string, range: FieldRange, { text, position }: Token): CronField {
  const values = new Set<number>();
  let start = position;
  for (const item of text.split(",")) {
    const itemStart = start;
    const [from, to, step] = readItem(range, item, (why) => {
      const allowed = allowedIn(range);
      throw new ScheduleError(
        `Cannot read the ${range.name} of "${expression}": found "${item}" at character ${itemStart}, ` +
          `${why}. Allowed: ${allowed}.`,
        { field: range.name, position: itemStart, found: item, allowed },
      );
    });
    for (let value = from; value <= to; value += step) values.add(value > range.max ? range.min : value);
    start += item.length + 1;
  }
  return { text, values: [...values].sort((a, b) => a - b), wildcard: text.startsWith("*") };
}

type Steps = readonly [from: number, to: number, step: number];

function readItem(range: FieldRange, item: string, refuse: (why: string) => never): Steps {
  const match = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i.exec(item);
  if (match === null) return refuse(foreignMark(item) ?? "which is no value, range or step");
  const [, first, last, every] = match;
  const step = every === undefined ? 1 : Number(every);
  if (step < 1 || step > range.max - range.min) {
    return refuse(`and a step of ${step} never takes a second step in ${range.min}-${range.max}`);
  }
  if (first === undefined) return [range.min, range.max, step];
  const from = readValue(range, first, refuse);
  if (last === undefined) {
    if (every === undefined) return [from, from, 1];
    return refuse(
      `a step from a single value, which dialects read differently: write ${from}-${range.max}/${step}`,
    );
  }
  const written = readValue(range, last, refuse);
  const upToSunday = range.name === "day-of-week" && written === 0 && from > 0;
  const to = upToSunday ? range.maxWritten : written;
  if (from > to) {
    return refuse(`which runs backwards: write ${first}-${range.maxWritten},${range.min}-${last}`);
  }
  return [from, to, step];
}

function readValue(
  { min, maxWritten, names }: FieldRange,
  text: string,
  refuse: (why: string) => never,
): number {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return named + min;
  if (!/^\d+$/.test(text)) {
    return refuse(foreignMark(text) ?? `and "${text}" is no number or name of this field`);
  }
  const value = Number(text);
  return value >= min && value <= maxWritten ? value : refuse(`and ${value} is outside ${min}-${maxWritten}`);
}
