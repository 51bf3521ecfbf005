// Personal data, made unreadable: pseudonyms that stay the same under one key, and excerpts without addresses.
import { FunctionError } from "@faasade/core";
import { pseudonyms } from "@faasade/formats/pseudonym";

/** @returns a pseudonym for each contact. @throws {FunctionError} `unavailable` for a key that could be guessed. */
export function masker(key: string): (contact: string) => string {
  if (key.length < 16)
    throw new FunctionError("unavailable", "Cannot mask contacts: MASKING_KEY has fewer than 16 characters.");
  const pseudonym = pseudonyms(key);
  return (contact) => pseudonym(contact).slice(0, 16);
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
