// Rows that wait to be copied, in the form in which they travel: a tenth of what they take as objects.
import { CopyLines } from "./copy-lines.ts";
import type { SqlValue } from "./driver.ts";

/** Takes rows as they come, for `copyIn` to send later. */
export class PackedRows {
  readonly columns: number;
  readonly #lines: CopyLines;
  readonly #full: Uint8Array[] = [];

  /** @param columns how many values each row has. */
  constructor(columns: number) {
    this.columns = columns;
    this.#lines = new CopyLines(columns);
  }

  get length(): number {
    return this.#lines.count;
  }

  /**
   * @param more values behind those of `row`, so that nobody has to put them together.
   * @throws {TypeError} for a row that has not one value for each column, or a value that no column can hold.
   */
  add(row: readonly SqlValue[], more?: readonly SqlValue[]): void {
    if (this.#lines.add(row, more)) this.#full.push(this.#lines.take());
  }

  /** The same however often it is asked. */
  *pieces(): Generator<Uint8Array, void> {
    yield* this.#full;
    if (!this.#lines.isEmpty) yield this.#lines.bytes;
  }
}
