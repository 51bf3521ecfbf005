// Reads five fields as one dialect writes them, and says exactly what it cannot read.
import { ScheduleError } from "../error.ts";
import type { Cron, CronField } from "./cron.ts";
import { foreignMark } from "./dialects.ts";
import { allowedIn, type CronFieldName, type FieldRange } from "./fields.ts";
import { refuseImpossibleDates } from "./impossible.ts";

/** A field as it stands in the expression; the first character is 1. */
export interface Token {
  readonly text: string;
  readonly position: number;
}

/** What dialects of five fields differ in. */
export interface Notation {
  readonly ranges: readonly FieldRange[];
  /** `5/15` is every fifteenth from 5 on; refused where dialects read it differently. */
  readonly stepsFromValue: boolean;
  /** Names of months and weekdays may be longer than three letters. */
  readonly longNames?: boolean;
  /** Given both day fields. */
  readonly eitherDay: (dayOfMonth: CronField, dayOfWeek: CronField) => boolean;
}

const maxLength = 1000;

/** @throws {ScheduleError} before reading an expression that is too long. */
export function tokensOf(expression: string): Token[] {
  if (expression.length > maxLength) {
    throw new ScheduleError(
      `Cannot read a cron expression of ${expression.length} characters: at most ${maxLength} are allowed.`,
    );
  }
  return Array.from(expression.matchAll(/\S+/g), (match) => ({ text: match[0], position: match.index + 1 }));
}

/**
 * @param tokens minute, hour, day of month, month and day of week.
 * @throws {ScheduleError} for what cannot be read, and for a date that never comes.
 */
export function readFields(
  expression: string,
  tokens: readonly Token[],
  notation: Notation,
): Omit<Cron, "expression"> {
  const read = notation.ranges.map((range, index) => {
    const field = readField({ expression, range, notation }, tokens[index] as Token);
    return [range.name, field] as const;
  });
  const fields = Object.fromEntries(read) as Record<CronFieldName, CronField>;
  const eitherDay = notation.eitherDay(fields["day-of-month"], fields["day-of-week"]);
  refuseImpossibleDates({ expression, fields, eitherDay });
  return { fields, eitherDay };
}

interface Reading {
  readonly expression: string;
  readonly range: FieldRange;
  readonly notation: Notation;
}

type Refuse = (why: string) => never;

function readField({ expression, range, notation }: Reading, { text, position }: Token): CronField {
  const { min, max, shift = 0, name } = range;
  const values = new Set<number>();
  let start = position;
  for (const item of text.split(",")) {
    const itemStart = start;
    const refuse: Refuse = (why) => {
      const allowed = allowedIn(range);
      throw new ScheduleError(
        `Cannot read the ${name} of "${expression}": found "${item}" at character ${itemStart}, ` +
          `${why}. Allowed: ${allowed}.`,
        { field: name, position: itemStart, found: item, allowed },
      );
    };
    const [from, to, step] = readItem(range, notation, item, refuse);
    for (let value = from; value <= to; value += step) values.add((value > max ? min : value) + shift);
    start += item.length + 1;
  }
  // Where "0/15" may be written, it says what "*/15" says.
  const fromTheFirst = notation.stepsFromValue && new RegExp(`^0*${min}/`).test(text);
  return {
    text,
    values: [...values].sort((a, b) => a - b),
    wildcard: text.startsWith("*") || fromTheFirst,
  };
}

type Steps = readonly [from: number, to: number, step: number];

function readItem(range: FieldRange, notation: Notation, item: string, refuse: Refuse): Steps {
  const { min, max, maxWritten } = range;
  const match = /^(?:\*|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/(\d+))?$/i.exec(item);
  if (match === null) return refuse(foreignMark(item) ?? "which is no value, range or step");
  const [, first, last, every] = match;
  const step = every === undefined ? 1 : Number(every);
  if (step < 1 || step > max - min) {
    return refuse(`and a step of ${step} never takes a second step in ${min}-${max}`);
  }
  if (first === undefined) return [min, max, step];
  const value = (text: string): number => readValue(range, notation, text, refuse);
  const from = value(first);
  if (last === undefined) {
    if (every === undefined) return [from, from, 1];
    if (notation.stepsFromValue) return [from, max, step];
    return refuse(
      `a step from a single value, which dialects read differently: write ${from}-${max}/${step}`,
    );
  }
  const written = value(last);
  const upToSunday = maxWritten > max && written === min && from > min;
  const to = upToSunday ? maxWritten : written;
  if (from > to) return refuse(`which runs backwards: write ${first}-${maxWritten},${min}-${last}`);
  return [from, to, step];
}

function readValue(
  { min, maxWritten, names }: FieldRange,
  { longNames = false }: Notation,
  text: string,
  refuse: Refuse,
): number {
  const short = longNames && text.length > 3 ? shortName(names, text) : text.toUpperCase();
  const named = names.indexOf(short);
  if (named >= 0) return named + min;
  if (!/^\d+$/.test(text)) {
    return refuse(foreignMark(text) ?? `and "${text}" is no number or name of this field`);
  }
  const value = Number(text);
  return value >= min && value <= maxWritten ? value : refuse(`and ${value} is outside ${min}-${maxWritten}`);
}

const longNames =
  "January February March April May June July August September October November December " +
  "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";

/** `Mond` and `Monday` are `MON`. */
function shortName(names: readonly string[], text: string): string {
  const long = longNames.split(" ").find((name) => name.toUpperCase().startsWith(text.toUpperCase()));
  const short = long?.slice(0, 3).toUpperCase() ?? "";
  return names.includes(short) ? short : text;
}
