// Reads a whole file for a test, in pieces as a store might hand them over.
import { BadRow, type RowReader } from "../src/rows.ts";

export interface Read {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** `row number: problem` */
  readonly problems: readonly string[];
  readonly texts: readonly string[];
}

export async function readAll({ columns, batches }: RowReader): Promise<Read> {
  const rows: (readonly unknown[])[] = [];
  const problems: string[] = [];
  const texts: string[] = [];
  for await (const batch of batches) {
    for (const [index, row] of batch.rows.entries()) {
      if (!(row instanceof BadRow)) rows.push(row);
      else {
        problems.push(`${batch.firstRow + index}: ${row.problem}`);
        texts.push(row.text);
      }
    }
  }
  return { columns, rows, problems, texts };
}

/** The bytes in pieces that end at the given places. */
export async function* inPieces(content: string | Uint8Array, ...ends: readonly number[]) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let start = 0;
  for (const end of [...ends.toSorted((a, b) => a - b), bytes.length]) {
    yield bytes.subarray(start, end);
    start = Math.min(end, bytes.length);
  }
}

export function everySplit(bytes: Uint8Array): number[] {
  return Array.from(bytes, (_, index) => index);
}
