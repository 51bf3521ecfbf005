// The rules of the CloudEvents type system, one check per kind of attribute. Each returns the value or throws.

import { CloudEventError, describe, kindOf } from "./error.ts";
import type { AttributeValue } from "./event.ts";
import { isMediaType } from "./media-type.ts";

// Control characters, lone surrogates and noncharacters: what the type String leaves out.
const forbidden = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u;
// What no URI holds. Other characters outside ASCII are let through: many producers send IRIs.
const outsideUri = /[\s<>"{}|\\^`]/;
const attributeName = /^[a-z0-9]+$/;
const day =
  "(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|[12]\\d))";
const hourAndMinute = "(?:[01]\\d|2[0-3]):[0-5]\\d";
const second = "(?:[0-5]\\d|60)(?:\\.\\d+)?";
const rfc3339 = new RegExp(`^\\d{4}-${day}[Tt]${hourAndMinute}:${second}(?:[Zz]|[+-]${hourAndMinute})$`);

export function isAttributeName(name: string): boolean {
  return attributeName.test(name);
}

export function requireVersion(value: unknown): "1.0" {
  if (value === "1.0") return value;
  throw new CloudEventError(
    "specversion",
    `found ${describe(value)}, expected "1.0", the version spoken here.`,
  );
}

export function requireText(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "") reject(name, value, "a string that is not empty");
  if (forbidden.test(value)) reject(name, value, "no control characters, lone surrogates or noncharacters");
  return value;
}

export function requireUriReference(name: string, value: unknown): string {
  const text = requireText(name, value);
  if (outsideUri.test(text))
    reject(name, value, "a URI reference (RFC 3986), with other characters percent-encoded");
  return text;
}

export function isUriReference(text: string): boolean {
  return text !== "" && !forbidden.test(text) && !outsideUri.test(text);
}

export function requireTimestamp(name: string, value: unknown): string {
  if (typeof value !== "string" || !rfc3339.test(value) || isOnImpossibleLeapDay(value)) {
    reject(name, value, 'an RFC 3339 timestamp such as "2026-01-31T09:30:00Z"');
  }
  return value;
}

export function requireMediaType(name: string, value: unknown): string {
  if (typeof value !== "string" || !isMediaType(value))
    reject(name, value, 'a media type such as "application/json"');
  return value;
}

/** @throws {CloudEventError} showing the name but never the value, which may be private. */
export function requireExtension(name: string, value: unknown): AttributeValue {
  if (!isAttributeName(name)) {
    throw new CloudEventError(describe(name), "expected an attribute name of lower-case letters and digits.");
  }
  if (typeof value === "string") {
    if (!forbidden.test(value)) return value;
    const expected = "no control characters, lone surrogates or noncharacters";
    throw new CloudEventError(name, `found a string that breaks the rule, expected ${expected}.`);
  }
  if (typeof value === "boolean" || value instanceof Uint8Array) return value;
  if (typeof value === "number" && (value | 0) === value) return value;
  const expected = "a string, a boolean, bytes or a whole number of 32 bits";
  throw new CloudEventError(name, `found ${kindOf(value)}, expected ${expected}.`);
}

/** The expression knows the length of every month, but not the years of 29 February. */
function isOnImpossibleLeapDay(timestamp: string): boolean {
  if (!timestamp.startsWith("-02-29", 4)) return false;
  const year = Number(timestamp.slice(0, 4));
  return year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0);
}

function reject(name: string, value: unknown, expected: string): never {
  throw new CloudEventError(name, `found ${describe(value)}, expected ${expected}.`);
}
