// Fields of a row to values, whatever the format they come from; what is wrong says which field, and what was there.
import type { Row } from "./rows.ts";

/** Why a field cannot be taken. */
export class FieldError extends Error {
  override readonly name = "FieldError";
}

/** One row, by the names of its columns. A column that is missing is empty everywhere. Every method may throw `FieldError`. */
export class Fields {
  readonly #row: Row;
  readonly #places: ReadonlyMap<string, number>;

  constructor(row: Row, places: ReadonlyMap<string, number>) {
    this.#row = row;
    this.#places = places;
  }

  text(name: string): string {
    return textOf(this.#row[this.#places.get(name) ?? -1]);
  }

  /** `2013-01-31`, a day that there is. */
  day(name: string): string {
    const text = this.text(name);
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
    // Date.parse takes 30 February for 2 March.
    if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text;
    throw wrong(name, text, "is no day such as 2013-01-31");
  }

  /** Minutes of the day: `18:29`, `1829` or, at night, `5`. */
  minute(name: string): number {
    const text = this.text(name);
    const [, hour = "", minute = ""] = /^(\d{0,2}?):?(\d{1,2})$/.exec(text) ?? [];
    if (minute !== "" && Number(hour) < 24 && Number(minute) < 60) return Number(hour) * 60 + Number(minute);
    throw wrong(name, text, "is no time of day such as 18:29 or 1829");
  }

  /** With decimal point or decimal comma; null for nothing and `NA`. */
  optionalNumber(name: string, least: number, most: number): number | null {
    const text = this.text(name);
    if (text === "" || text === "NA") return null;
    const value = /^-?\d+([.,]\d+)?$/.test(text) ? Number(text.replace(",", ".")) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw wrong(name, text, `is no number from ${least} to ${most}`);
  }

  number(name: string, least: number, most: number): number {
    const value = this.optionalNumber(name, least, most);
    if (value !== null) return value;
    throw new FieldError(`${name} is empty`);
  }

  matching(name: string, pattern: RegExp): string {
    const text = this.text(name);
    if (pattern.test(text)) return text;
    throw wrong(name, text, `is not of the form ${pattern.source}`);
  }

  /** What a code stands for. @param among what the codes are of, for the error */
  lookUp<Value>(name: string, values: ReadonlyMap<string, Value>, among: string): Value {
    const found = values.get(this.text(name));
    if (found !== undefined) return found;
    throw wrong(name, this.text(name), `is not among the ${among}`);
  }
}

/** A value as CSV would have it: trimmed, nothing for what is missing, a `Date` as its day. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}

function wrong(name: string, text: string, problem: string): FieldError {
  return new FieldError(`${name} ${JSON.stringify(text.slice(0, 40))} ${problem}`);
}
