// Lines of COPY, written byte by byte: strings put together and encoded afterwards cost four times as much.
import type { SqlValue } from "./driver.ts";
import { encodeValue } from "./encode.ts";

const bytesAtOnce = 1 << 16;
/** Of most rows, at most; for a longer one the buffer grows. */
const rowBytes = 1 << 13;
/** Of UTF-8 for one UTF-16 code unit, at most. */
const bytesPerUnit = 3;
const noValue = Buffer.from("\\N");
const mostDigits = 11;
const [tab, newline, minus, zero, backslash, firstPrintable, firstBeyondAscii] = [
  0x09, 0x0a, 0x2d, 0x30, 0x5c, 0x20, 0x80,
];
/** What stands behind the backslash, by the code of what would end a field or a line. */
const escapes = new Map([
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0d, 0x72],
]);
const escapeTexts: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

export class CopyLines {
  readonly #columns: number;
  #bytes = Buffer.allocUnsafe(bytesAtOnce + rowBytes);
  #at = 0;
  #count = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get isEmpty(): boolean {
    return this.#at === 0;
  }

  /** @returns whether there are enough to be taken. */
  add(row: readonly SqlValue[]): boolean {
    this.#count += 1;
    if (row.length !== this.#columns) {
      const found = `it has ${row.length} values for ${this.#columns} columns`;
      throw new TypeError(`Cannot copy row ${this.#count}: ${found}.`);
    }
    for (let index = 0; index < row.length; index += 1) {
      if (index > 0) this.#bytes[this.#at++] = tab;
      this.#add(row[index]);
    }
    this.#bytes[this.#at++] = newline;
    return this.#at >= bytesAtOnce;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafe(bytesAtOnce + rowBytes);
    this.#at = 0;
    return taken;
  }

  #add(value: SqlValue): void {
    if (typeof value === "string") this.#addText(value);
    else if (isShortInteger(value)) this.#addInteger(value);
    else this.#addText(encodeValue(value));
  }

  #addText(text: string | null): void {
    if (text === null) {
      this.#reserve(noValue.length);
      this.#at += noValue.copy(this.#bytes, this.#at);
      return;
    }
    const { length } = text;
    this.#reserve(2 * length);
    const bytes = this.#bytes;
    let at = this.#at;
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index);
      if (code >= firstBeyondAscii) {
        this.#at = at;
        this.#addEncoded(text.slice(index));
        return;
      }
      const escaped = code === backslash ? backslash : code < firstPrintable ? escapes.get(code) : undefined;
      if (escaped !== undefined) bytes[at++] = backslash;
      bytes[at++] = escaped ?? code;
    }
    this.#at = at;
  }

  #addEncoded(text: string): void {
    const escaped = text.replaceAll(/[\\\t\n\r]/g, (c) => escapeTexts[c]!);
    this.#reserve(bytesPerUnit * escaped.length);
    this.#at += this.#bytes.write(escaped, this.#at);
  }

  #addInteger(value: number): void {
    this.#reserve(mostDigits);
    const bytes = this.#bytes;
    if (value < 0) bytes[this.#at++] = minus;
    let rest = Math.abs(value);
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    for (let at = this.#at + digits - 1; at >= this.#at; at -= 1) {
      const tenth = Math.floor(rest / 10);
      bytes[at] = zero + rest - 10 * tenth;
      rest = tenth;
    }
    this.#at += digits;
  }

  /** Room for so many bytes, and for what ends a field. */
  #reserve(bytes: number): void {
    const needed = this.#at + bytes + 1;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * needed);
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}

/** Of 32 bits, as most are. */
function isShortInteger(value: SqlValue): value is number {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31;
}
