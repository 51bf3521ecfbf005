// Which keys an app may use: those that every store, file system and URL can hold unchanged.
import { FunctionError } from "@faasade/core";
import { reservedKeyPrefix } from "@faasade/core/adapter";

const encoder = new TextEncoder();

/** Sorts behind every reserved key and before everything else. */
export const afterReserved = `${reservedKeyPrefix}~`;

export function isReserved(key: string): boolean {
  return key.startsWith(reservedKeyPrefix);
}

/**
 * A key: 1 to 1,024 bytes of UTF-8 in segments between slashes. Refused are empty, `.` and `..` segments (stores and
 * URLs rewrite them), backslashes (some stores read them as slashes), control characters, and what XML cannot hold.
 * @throws {FunctionError} `invalid` with the reason.
 */
export function checkKey(store: string, key: string): void {
  const wrong = wrongText(key) ?? wrongSegments(key);
  if (wrong !== undefined) throw refusal(store, "key", key, wrong);
}

/** The beginning of a key, or the key after which a list starts. @throws {FunctionError} `invalid` */
export function checkKeyStart(store: string, role: "prefix" | "after", start: string): void {
  const wrong = wrongText(start);
  if (wrong !== undefined) throw refusal(store, role, start, wrong);
}

function wrongText(text: unknown): string | undefined {
  if (typeof text !== "string") return "it is not a string";
  if (text.length > 1024 || encoder.encode(text).length > 1024) return "it is longer than 1,024 bytes";
  if (!text.isWellFormed()) return "it holds half a surrogate pair";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/.test(text)) return "it holds a control character";
  return text.includes("\\") ? "it holds a backslash; segments are separated by /" : undefined;
}

function wrongSegments(key: string): string | undefined {
  if (key === "") return "it is empty";
  if (isReserved(key)) return `${reservedKeyPrefix} is kept for the store's own records`;
  const segment = key.split("/").find((part) => part === "" || part === "." || part === "..");
  if (segment === "") return "it has an empty segment: a slash at an end, or two in a row";
  return segment === undefined ? undefined : `it has the segment "${segment}"`;
}

function refusal(store: string, role: string, text: unknown, wrong: string): FunctionError {
  const shown = JSON.stringify(typeof text === "string" && text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return new FunctionError("invalid", `Cannot use the ${role} ${shown} in ${store}: ${wrong}.`);
}
