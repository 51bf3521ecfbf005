// Rows as the text format of COPY: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-TEXT-FORMAT
import type { SqlValue } from "./driver.ts";
import { encodeValue, quoteName } from "./encode.ts";
import type { RowSource } from "./index.ts";

const charactersAtOnce = 1 << 16;
const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/** Quoted table and columns, as they stand between COPY and FROM. */
export function copyTarget(table: string, columns: readonly string[]): string {
  if (columns.length === 0) throw new TypeError(`Cannot copy into ${table}: name at least one column.`);
  return `${table.split(".").map(quoteName).join(".")} (${columns.map(quoteName).join(", ")})`;
}

/** @throws {TypeError} naming the row, from 1, that has not one value for each column. */
export async function* encodeRows(rows: RowSource, columns: number): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  let text = "";
  let count = 0;
  for await (const row of rows) {
    count += 1;
    if (row.length !== columns) {
      throw new TypeError(`Cannot copy row ${count}: it has ${row.length} values for ${columns} columns.`);
    }
    text += encodeRow(row);
    if (text.length < charactersAtOnce) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

function encodeRow(row: readonly SqlValue[]): string {
  let line = "";
  for (const value of row) {
    const text = encodeValue(value);
    const field =
      text === null
        ? "\\N"
        : /[\\\t\n\r]/.test(text)
          ? text.replaceAll(/[\\\t\n\r]/g, (c) => escapes[c]!)
          : text;
    line += line === "" ? field : `\t${field}`;
  }
  return `${line}\n`;
}
