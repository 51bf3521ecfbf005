// Values on their way into Postgres: one text form for parameters, arrays and COPY, whatever the driver.
import type { SqlValue } from "./driver.ts";

/** A value to be stored as json or jsonb, also when it is an array or a string. */
export class JsonValue {
  readonly text: string;

  constructor(value: unknown) {
    this.text = JSON.stringify(value) ?? "null";
  }
}

/**
 * The text Postgres reads for a value; null for null and undefined. Arrays become Postgres arrays, other objects JSON.
 * @throws {RangeError} for an invalid `Date`.
 */
export function encodeValue(value: SqlValue): string | null {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "undefined":
      return null;
    case "object":
      return value === null ? null : encodeObject(value);
    default:
      throw new TypeError(`Cannot send a ${typeof value} to the database.`);
  }
}

export function encodeValues(values: readonly SqlValue[]): (string | null)[] {
  return values.map(encodeValue);
}

/** A name of a table or column, quoted. */
export function quoteName(name: string): string {
  if (name === "" || name.includes("\0")) {
    throw new TypeError(
      `Cannot quote ${JSON.stringify(name)}: a name is at least one character and none of them NUL.`,
    );
  }
  return `"${name.replaceAll('"', '""')}"`;
}

function encodeObject(value: object): string {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) {
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("hex")}`;
  }
  if (value instanceof JsonValue) return value.text;
  return Array.isArray(value) ? encodeArray(value) : JSON.stringify(value);
}

function encodeArray(values: readonly SqlValue[]): string {
  return `{${values.map(encodeElement).join(",")}}`;
}

function encodeElement(value: SqlValue): string {
  if (Array.isArray(value)) return encodeArray(value);
  const text = encodeValue(value);
  return text === null ? "NULL" : `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}
