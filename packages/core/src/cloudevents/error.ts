// The one error of the codec: what is wrong with an event, by attribute.

export class CloudEventError extends Error {
  override readonly name = "CloudEventError";
  /** The attribute at fault, or "data"; undefined when the envelope itself is. */
  readonly attribute: string | undefined;
  /** What was found and what was expected. */
  readonly problem: string;

  constructor(attribute: string | undefined, problem: string) {
    super(`Cannot accept CloudEvent${attribute === undefined ? "" : ` ${attribute}`}: ${problem}`);
    this.attribute = attribute;
    this.problem = problem;
  }
}

/** Names a found value on one line: short text quoted, long text cut, anything else by its kind. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}

/** Names the kind of a value without showing it, where it might be private. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (value instanceof Uint8Array) return "bytes";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
