// Writes the values of a field in the few forms that all dialects share.
import type { Cron } from "../cron/cron.ts";
import { fieldRanges } from "../cron/fields.ts";

/** Writes every `step`-th value of a field, from `first`, its first, to its last. */
type WriteStep = (first: number, step: number) => string;
type WriteValue = (value: number) => string;

export interface TimeFields {
  readonly minute: string;
  readonly hour: string;
  readonly month: string;
}

export function timeFields(cron: Cron, writeStep: WriteStep = starStep): TimeFields {
  return {
    minute: timeText(cron, "minute", writeStep),
    hour: timeText(cron, "hour", writeStep),
    month: timeText(cron, "month", writeStep),
  };
}

/** Values and ranges, and `*` for undefined. Never a step, which dialects read differently in day fields. */
export function dayText(values: readonly number[] | undefined, writeValue: WriteValue = String): string {
  return values === undefined ? "*" : listText(values, writeValue);
}

function timeText(cron: Cron, name: keyof TimeFields, writeStep: WriteStep): string {
  const { values, wildcard } = cron.fields[name];
  const range = fieldRanges.find((candidate) => candidate.name === name);
  const size = range === undefined ? 0 : range.max - range.min + 1;
  if (values.length === size) return "*";
  const [first = 0, second = 0] = values;
  const step = second - first;
  const evenly = values.every((value, index) => value === first + index * step);
  const stepped = wildcard && evenly && values.length === Math.ceil(size / step);
  return stepped ? writeStep(first, step) : listText(values, String);
}

function starStep(_: number, step: number): string {
  return `*/${step}`;
}

function listText(values: readonly number[], writeValue: WriteValue): string {
  const runs: [first: number, last: number][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs.map(([first, last]) => runText(first, last, writeValue)).join(",");
}

function runText(first: number, last: number, writeValue: WriteValue): string {
  if (first === last) return writeValue(first);
  return `${writeValue(first)}${last - first === 1 ? "," : "-"}${writeValue(last)}`;
}
