// What every reader gives: the names of the columns, then rows in batches, the bad ones in their place.

/** Text as it stands in CSV; whatever the format holds in JSON and Parquet, where a missing value is null. */
export type Row = readonly unknown[];

/** A row that cannot be read, kept with its reason so that nothing is lost silently. */
export class BadRow {
  readonly problem: string;
  /** As it stood in the file, at most as long as a row may be. */
  readonly text: string;

  constructor(problem: string, text: string) {
    this.problem = problem;
    this.text = text;
  }
}

/** The problem of a last row that is not whole: whoever wrote the file was perhaps not done. */
export const cutOff = "the file ends inside this row";

export interface Batch {
  /** The number of the first row of the batch; the first row of data is 1. */
  readonly firstRow: number;
  readonly rows: readonly (Row | BadRow)[];
}

export interface RowReader {
  readonly columns: readonly string[];
  /** Read once. A batch is asked for before the next is read, so memory stays constant. */
  readonly batches: AsyncIterable<Batch>;
}

/** A file that cannot be read at all, or not to its end. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/** Numbers batches of rows one after another. */
export async function* numbered(
  groups: AsyncIterable<readonly (Row | BadRow)[]>,
): AsyncGenerator<Batch, void> {
  let firstRow = 1;
  for await (const rows of groups) {
    if (rows.length === 0) continue;
    yield { firstRow, rows };
    firstRow += rows.length;
  }
}
