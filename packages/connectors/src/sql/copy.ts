// Rows as the text format of COPY: https://www.postgresql.org/docs/current/sql-copy.html#SQL-COPY-TEXT-FORMAT
import { CopyLines } from "./copy-lines.ts";
import { quoteName } from "./encode.ts";
import type { RowSource } from "./index.ts";
import { PackedRows } from "./packed-rows.ts";

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
  if (rows instanceof PackedRows) {
    if (rows.columns !== columns)
      throw new TypeError(`Cannot copy packed rows of ${rows.columns} values into ${columns} columns.`);
    return yield* rows.pieces();
  }
  const lines = new CopyLines(columns);
  if (Symbol.iterator in rows) {
    for (const row of rows) if (lines.add(row)) yield lines.take();
  } else {
    for await (const row of rows) if (lines.add(row)) yield lines.take();
  }
  if (!lines.isEmpty) yield lines.take();
}
