// Personal data, made unreadable: pseudonyms that stay the same under one key, and excerpts without addresses.
import { createHmac } from "node:crypto";
import { FunctionError } from "@faasade/core";

const keptAtOnce = 50_000;

/** @returns a pseudonym for each contact. @throws {FunctionError} `unavailable` for a key that could be guessed. */
export function masker(key: string): (contact: string) => string {
  if (key.length < 16)
    throw new FunctionError("unavailable", "Cannot mask contacts: MASKING_KEY has fewer than 16 characters.");
  const known = new Map<string, string>();
  return (contact) => {
    const found = known.get(contact);
    if (found !== undefined) return found;
    const pseudonym = createHmac("sha256", key).update(contact).digest("base64url").slice(0, 16);
    if (known.size >= keptAtOnce) known.clear();
    known.set(contact, pseudonym);
    return pseudonym;
  };
}

/** The start of a row, for whoever looks for what is wrong with it. */
export function excerptOf(text: string): string {
  const start = text.slice(0, 300);
  // Half an address would not be seen to be one.
  return hideContacts(start.length < text.length ? start.replace(/[^\s<>",;]*$/, "…") : start);
}

/** The text without what looks like an e-mail address or a telephone number. */
export function hideContacts(text: string): string {
  return text.replaceAll(/[^\s<>",;]+@[^\s<>",;]+/g, "…@…").replaceAll(/\+\d[\d ().\-/]{6,}/g, "+…");
}
