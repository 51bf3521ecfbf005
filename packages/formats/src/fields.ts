// Fields of a row to values, whatever the format they come from; what is wrong says which field, and what was there.
import type { Row } from "./rows.ts";

const timeWithColon = /^(\d{0,2}):(\d{1,2})$/;
const decimal = /^-?\d+([.,]\d+)?$/;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** As many as a number has exactly. */
const mostDigits = 15;

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
    const place = this.#places.get(name);
    return place === undefined ? "" : textOf(this.#row[place]);
  }

  /** `2013-01-31`, a day that there is. */
  day(name: string): string {
    const text = this.text(name);
    if (isDay(text)) return text;
    throw wrong(name, text, "is no day such as 2013-01-31");
  }

  /** Minutes of the day: `18:29`, `1829` or, at night, `5`. */
  minute(name: string): number {
    const text = this.text(name);
    const time = text.length <= 4 ? digitsOf(text) : Number.NaN;
    if (time < 2400 && time % 100 < 60) return Math.floor(time / 100) * 60 + (time % 100);
    const [, hour = "", minute = ""] = timeWithColon.exec(text) ?? [];
    if (minute !== "" && Number(hour) < 24 && Number(minute) < 60) return Number(hour) * 60 + Number(minute);
    throw wrong(name, text, "is no time of day such as 18:29 or 1829");
  }

  /** With decimal point or decimal comma; null for nothing and `NA`. */
  optionalNumber(name: string, least: number, most: number): number | null {
    const text = this.text(name);
    if (text === "" || text === "NA") return null;
    const value = numberOf(text);
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
  if (typeof value === "string") return isTrimmed(value) ? value : value.trim();
  if (value === null || value === undefined) return "";
  return value instanceof Date ? value.toISOString().slice(0, 10) : String(value);
}

function isTrimmed(text: string): boolean {
  return text === "" || (isVisible(text.charCodeAt(0)) && isVisible(text.charCodeAt(text.length - 1)));
}

/** Of ASCII. */
function isVisible(code: number): boolean {
  return code > 0x20 && code < 0x7f;
}

function isDay(text: string): boolean {
  if (text.length !== 10 || text[4] !== "-" || text[7] !== "-") return false;
  const [year, month, day] = [digitsOf(text, 0, 4), digitsOf(text, 5, 7), digitsOf(text, 8)];
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : (daysOfMonth[month - 1] ?? 0);
  return year >= 0 && day >= 1 && day <= days;
}

/** Most numbers are whole and short, and take the short way. NaN for what is none. */
function numberOf(text: string): number {
  const whole = text[0] === "-" ? -digitsOf(text, 1) : digitsOf(text);
  return Number.isNaN(whole) && decimal.test(text) ? Number(text.replace(",", ".")) : whole;
}

/** The number that digits alone make; NaN for anything else. */
function digitsOf(text: string, start = 0, end = text.length): number {
  if (start >= end || end - start > mostDigits) return Number.NaN;
  let value = 0;
  for (let at = start; at < end; at += 1) {
    const digit = text.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = 10 * value + digit;
  }
  return value;
}

function wrong(name: string, text: string, problem: string): FieldError {
  return new FieldError(`${name} ${JSON.stringify(text.slice(0, 40))} ${problem}`);
}
