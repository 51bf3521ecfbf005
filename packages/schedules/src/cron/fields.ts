// The five fields of a crontab line, in order, and what each may hold.

export type CronFieldName = "minute" | "hour" | "day-of-month" | "month" | "day-of-week";

export interface FieldRange {
  readonly name: CronFieldName;
  readonly min: number;
  /** The last value `*` stands for. */
  readonly max: number;
  /** The last value that may be written: 7 is Sunday too. */
  readonly maxWritten: number;
  readonly names: readonly string[];
  /** What is added to a value that was written: AWS counts weekdays from 1. */
  readonly shift?: number;
}

export const monthNames = [
  "JAN",
  "FEB",
  "MAR",
  "APR",
  "MAY",
  "JUN",
  "JUL",
  "AUG",
  "SEP",
  "OCT",
  "NOV",
  "DEC",
];
export const dayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** A crontab's. */
export const fieldRanges: readonly FieldRange[] = [
  { name: "minute", min: 0, max: 59, maxWritten: 59, names: [] },
  { name: "hour", min: 0, max: 23, maxWritten: 23, names: [] },
  { name: "day-of-month", min: 1, max: 31, maxWritten: 31, names: [] },
  { name: "month", min: 1, max: 12, maxWritten: 12, names: monthNames },
  { name: "day-of-week", min: 0, max: 6, maxWritten: 7, names: dayNames },
];

/** Those of a dialect that counts weekdays in its own way. */
export function rangesWithWeekdays(weekdays: Omit<FieldRange, "name" | "names">): readonly FieldRange[] {
  return fieldRanges.map((range) => (range.name === "day-of-week" ? { ...range, ...weekdays } : range));
}

export function allowedIn({ min, max, maxWritten, names }: FieldRange): string {
  const named = names.length === 0 ? "" : ` or ${names[0]}-${names.at(-1)}`;
  const span = `${min}-${maxWritten}`;
  return `${span}${named}, *, lists (${min},${max}), ranges (${min}-${max}) and steps (*/2, ${min}-${max}/2)`;
}
