// What may be sent: addresses that are addresses, and headers that cannot carry another header.
import { type ErrorDetail, FunctionError } from "@faasade/core";

export interface Mail {
  readonly to: string | readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same for who reads HTML; nothing here checks what it holds. */
  readonly html?: string;
  /** Such as `List-Unsubscribe`; those that say from whom, to whom, when and what are the port's own. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const mostRecipients = 100;
/** Of text and HTML together; what carries mail often takes no more than this. */
export const maxMailBytes = 10 << 20;

const maxAddressLength = 254;
/** RFC 5322 forbids lines of more than 998 characters; unfolded, a value may be longer. */
const maxValueLength = 2000;

// A local part with quotes and a domain that is an IP address are allowed by RFC 5321 and taken by hardly anyone.
const address = /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}.]+(\.[^\s@<>()[\]\\,;:"\p{Cc}.]+)*$/u;
const named = /^[^<>()[\]\\,;:"@\p{Cc}]* <([^<>]+)>$/u;
// U+2028 and U+2029 are line breaks to some readers.
const breaking = /[\p{Cc}\u2028\u2029]/u;
const ownHeaders =
  /^(from|to|cc|bcc|sender|reply-to|subject|date|message-id|mime-version|content-.*|received|return-path|dkim-.*|resent-.*)$/i;

/** @throws {FunctionError} `invalid` with every field that is wrong, `too_large`; the content is in no message. */
export function checkMail({ to, subject, text, html = "", headers = {} }: Mail): readonly string[] {
  const recipients = typeof to === "string" ? [to] : [...to];
  const details: ErrorDetail[] = [];
  const wrong = (path: string, message: string): void => void details.push({ path, message });
  if (recipients.length === 0 || recipients.length > mostRecipients)
    wrong("to", `must be 1 to ${mostRecipients} addresses`);
  for (const [index, one] of recipients.entries())
    if (!isAddress(one)) wrong(`to.${index}`, "must be an address such as ops@example.org");
  if (breaking.test(subject)) wrong("subject", "must be one line");
  if (subject.length > maxValueLength) wrong("subject", `must have at most ${maxValueLength} characters`);
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[A-Za-z0-9-]{1,76}$/.test(name))
      wrong("headers", "must have names of letters, digits and hyphens");
    else if (ownHeaders.test(name)) wrong(`headers.${name}`, "is written by the port itself");
    else if (breaking.test(value)) wrong(`headers.${name}`, "must be one line");
    else if (value.length > maxValueLength)
      wrong(`headers.${name}`, `must have at most ${maxValueLength} characters`);
  }
  if (details.length > 0) {
    const said = details.map(({ path, message }) => `${path} ${message}`).join("; ");
    throw new FunctionError("invalid", `Cannot send a mail: ${said}.`, { details });
  }
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(html);
  if (bytes > maxMailBytes)
    throw new FunctionError(
      "too_large",
      `Cannot send a mail of ${bytes} bytes: at most ${maxMailBytes} are taken. Send a link instead.`,
    );
  return recipients;
}

/** An address, with or without a name before it. */
export function isAddress(text: string): boolean {
  const bare = named.exec(text)?.[1] ?? text;
  return bare.length <= maxAddressLength && address.test(bare);
}
