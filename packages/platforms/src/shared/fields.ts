// Reads JSON of which nothing is known yet: what is not there, or of another kind, is just not found.

export type Fields = Readonly<Record<string, unknown>>;

const none: Fields = {};

/** The fields of an object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return isObject(value) ? value : none;
}

export function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A timestamp as RFC 3339 in UTC with milliseconds, from text or epoch milliseconds; undefined when it is none. */
export function timeOf(value: unknown): string | undefined {
  const time =
    typeof value === "number"
      ? value
      : /^\d+$/.test(String(value))
        ? Number(value)
        : Date.parse(String(value));
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : undefined;
}
