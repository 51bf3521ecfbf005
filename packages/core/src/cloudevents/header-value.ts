// Attribute values in HTTP headers: percent-encoded UTF-8.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values

import { CloudEventError } from "./error.ts";

const mustEncode = /[^\x21\x23\x24\x26-\x7e]+/g;
const encodedRun = /(?:%[0-9a-f]{2})+/gi;
const escapedPair = /\\(.)/gs;

/** Encodes space, `"`, `%` and all that is not printable ASCII. The text must hold no lone surrogate. */
export function encodeHeaderValue(text: string): string {
  return text.replace(mustEncode, (run) => encodeURIComponent(run));
}

/**
 * Undoes quoting as a whole (senders of before 1.0.1), then percent-encoding once. A `%` that starts no encoded byte
 * stands for itself.
 * @throws {CloudEventError} when encoded bytes are not UTF-8, as the binding demands.
 */
export function decodeHeaderValue(attribute: string, value: string): string {
  const unquoted = value.charCodeAt(0) === 0x22 ? unquote(value) : value;
  if (!unquoted.includes("%")) return unquoted;
  try {
    return unquoted.replace(encodedRun, (run) => decodeURIComponent(run));
  } catch {
    throw new CloudEventError(attribute, "found percent-encoded bytes that are not UTF-8.");
  }
}

/** The text of a quoted string (RFC 9110, 5.6.4); anything that only begins like one stays as it is. */
function unquote(value: string): string {
  const inner = value.slice(1, -1);
  const isQuoted =
    value.length > 1 && value.endsWith('"') && !/["\\]/.test(inner.replaceAll(escapedPair, ""));
  return isQuoted ? inner.replaceAll(escapedPair, "$1") : value;
}
