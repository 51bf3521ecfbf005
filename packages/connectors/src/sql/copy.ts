// Rows as the text format of COPY: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-TEXT-FORMAT
import type { SqlValue } from "./driver.ts";
import { encodeValue, quoteName } from "./encode.ts";
import type { RowSource } from "./index.ts";

const special = /[\\\t\n\r]/;
const charactersAtOnce = 1 << 16;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** Quoted table and columns, as they stand between COPY and FROM. */
export function copyTarget(table: string, columns: readonly string[]): string {
  if (columns.length === 0) throw new TypeError(`Cannot copy into ${table}: name at least one column.`);
  return `${table.split(".").map(quoteName).join(".")} (${columns.map(quoteName).join(", ")})`;
}

/**
 * Rows that are there already are not awaited one by one, which is a good part of what a row costs.
 * @throws {TypeError} naming the row, from 1, that has not one value for each column.
 */
export async function* encodeRows(rows: RowSource, columns: number): AsyncGenerator<Uint8Array, void> {
  const lines = new Lines(columns);
  if (Symbol.iterator in rows) {
    for (const row of rows) if (lines.add(row)) yield lines.take();
  } else {
    for await (const row of rows) if (lines.add(row)) yield lines.take();
  }
  if (!lines.isEmpty) yield lines.take();
}

class Lines {
  readonly #columns: number;
  readonly #encoder = new TextEncoder();
  #text = "";
  #count = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get isEmpty(): boolean {
    return this.#text === "";
  }

  /** @returns whether there are enough to be taken. */
  add(row: readonly SqlValue[]): boolean {
    this.#count += 1;
    if (row.length !== this.#columns) {
      const found = `it has ${row.length} values for ${this.#columns} columns`;
      throw new TypeError(`Cannot copy row ${this.#count}: ${found}.`);
    }
    this.#text += encodeRow(row);
    return this.#text.length >= charactersAtOnce;
  }

  take(): Uint8Array {
    const bytes = this.#encoder.encode(this.#text);
    this.#text = "";
    return bytes;
  }
}

function encodeRow(row: readonly SqlValue[]): string {
  let line = "";
  for (let index = 0; index < row.length; index += 1) {
    if (index > 0) line += "\t";
    line += encodeField(row[index]);
  }
  return `${line}\n`;
}

/** Text and numbers, of which most fields are, take the short way. */
function encodeField(value: SqlValue): string | number {
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return value;
  const text = value === null ? null : encodeValue(value);
  return text === null ? "\\N" : escaped(text);
}

function escaped(text: string): string {
  return special.test(text) ? text.replaceAll(/[\\\t\n\r]/g, (c) => escapes[c]!) : text;
}
