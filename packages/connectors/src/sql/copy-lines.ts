// Lines of COPY, written byte by byte: strings put together and encoded afterwards cost four times as much.
import type { SqlValue } from "./driver.ts";
import { encodeValue } from "./encode.ts";

const bytesAtOnce = 1 << 16;
/** Of most rows, at most; for a longer one the buffer grows. */
const rowBytes = 1 << 13;
/** Of UTF-8 for one UTF-16 code unit, at most. */
const bytesPerUnit = 3;
const none: readonly SqlValue[] = [];
const mostDigits = 11;
const [lowDigits, lowHalf] = [9, 1e9];
const [tab, newline, minus, zero, capitalN, backslash] = [0x09, 0x0a, 0x2d, 0x30, 0x4e, 0x5c];
const [firstPrintable, firstBeyondAscii] = [0x20, 0x80];
/** What stands behind the backslash, by the code of what would end a field or a line. */
const escapes = new Map([
  [0x09, 0x74],
  [0x0a, 0x6e],
  [0x0d, 0x72],
  [backslash, backslash],
]);
const escapeTexts: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};

export class CopyLines {
  readonly #columns: number;
  #bytes = Buffer.alloc(0);
  #at = 0;
  #count = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Of all rows that were added. */
  get count(): number {
    return this.#count;
  }

  get isEmpty(): boolean {
    return this.#at === 0;
  }

  /** @param more values behind those of `row`. @returns whether there are enough to be taken. */
  add(row: readonly SqlValue[], more: readonly SqlValue[] = none): boolean {
    this.#count += 1;
    if (this.#at === 0) this.#bytes = Buffer.allocUnsafe(bytesAtOnce + rowBytes);
    const length = row.length + more.length;
    if (length !== this.#columns) {
      const found = `it has ${length} values for ${this.#columns} columns`;
      throw new TypeError(`Cannot copy row ${this.#count}: ${found}.`);
    }
    this.#addAll(row);
    this.#addAll(more);
    this.#bytes[this.#at - 1] = newline;
    return this.#at >= bytesAtOnce;
  }

  /** What was added since the last time; it stays. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  take(): Uint8Array {
    const { bytes } = this;
    this.#at = 0;
    return bytes;
  }

  #addAll(values: readonly SqlValue[]): void {
    for (let index = 0; index < values.length; index += 1) {
      this.#add(values[index]);
      this.#bytes[this.#at++] = tab;
    }
  }

  #add(value: SqlValue): void {
    if (typeof value === "string") this.#addText(value);
    else if (value === null || value === undefined) this.#addNothing();
    else if (isShortInteger(value)) this.#addInteger(value);
    else if (isTime(value)) this.#addTime(value);
    else this.#addText(encodeValue(value) ?? "");
  }

  #addNothing(): void {
    this.#reserve(2);
    this.#bytes[this.#at++] = backslash;
    this.#bytes[this.#at++] = capitalN;
  }

  #addText(text: string): void {
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
      const escaped = code < firstPrintable || code === backslash ? escapes.get(code) : undefined;
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
    if (value < 0) this.#bytes[this.#at++] = minus;
    const rest = Math.abs(value);
    let digits = 1;
    for (let power = 10; power <= rest; power *= 10) digits += 1;
    this.#addDigits(rest, digits);
  }

  /** In two halves, each of which has 32 bits. */
  #addTime(value: number): void {
    const high = Math.floor(value / lowHalf);
    this.#addInteger(high);
    this.#reserve(lowDigits);
    this.#addDigits(value - lowHalf * high, lowDigits);
  }

  #addDigits(value: number, digits: number): void {
    const bytes = this.#bytes;
    let rest = value | 0;
    for (let at = this.#at + digits - 1; at >= this.#at; at -= 1) {
      const tenth = (rest / 10) | 0;
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

/** Epoch milliseconds, say. */
function isTime(value: SqlValue): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 2 ** 31;
}
