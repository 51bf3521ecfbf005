// Reads CSV of any size, from whatever wrote it, in constant memory.
import { BadRow, type Batch, cutOff, FormatError, numbered, type Row, type RowReader } from "../rows.ts";
import { decodeText, type TextOptions } from "../text.ts";
import { type Delimiter, detectDelimiter } from "./detect.ts";
import { CsvScanner } from "./scanner.ts";

export interface CsvOptions extends TextOptions {
  /** Default: detected. */
  readonly delimiter?: Delimiter;
  /** Default: 1 Mi. A row that is longer is a bad row. */
  readonly maxRowLength?: number;
  /** Default: 256 Ki. */
  readonly maxFieldLength?: number;
}

export interface CsvReader extends RowReader {
  readonly delimiter: Delimiter;
}

/** As many characters as delimiter and header are found in, so that the result does not depend on how bytes arrive. */
const sampleLength = 16 * 1024;

/**
 * Opens a CSV file with a header. Gzip and byte order marks are seen; rows end with LF or CRLF; empty lines are left
 * out. A row that has not one field for each column is a bad row.
 * @throws {FormatError} when there is no usable header; and while reading, when the file cannot be read to its end.
 */
export async function readCsv(
  bytes: AsyncIterable<Uint8Array>,
  options: CsvOptions = {},
): Promise<CsvReader> {
  const { maxRowLength = 1024 * 1024, maxFieldLength = 256 * 1024 } = options;
  const pieces = decodeText(bytes, options);
  const { text, isWhole } = await collect(pieces, "", (length) => length >= sampleLength);
  const delimiter = options.delimiter ?? detectDelimiter(isWhole && text !== "" ? `${text}\n` : text);
  const scanner = new CsvScanner(delimiter, { maxRowLength, maxFieldLength });
  let first = scanner.scan(text, isWhole);
  for (let done = isWhole; first.length === 0 && !done; ) {
    const next = await pieces.next();
    done = next.done === true;
    first = scanner.scan(next.value ?? "", done);
  }
  const columns = headerOf(first.shift());
  return { columns, delimiter, batches: numbered(rowsOf(first, pieces, scanner, columns.length)) };
}

async function* rowsOf(
  first: readonly (Row | BadRow)[],
  pieces: AsyncIterable<string>,
  scanner: CsvScanner,
  width: number,
): AsyncGenerator<Batch["rows"], void> {
  yield checkWidths(first, width, scanner.isCut);
  for await (const piece of pieces) yield checkWidths(scanner.scan(piece, false), width, false);
  yield checkWidths(scanner.scan("", true), width, scanner.isCut);
}

function checkWidths(rows: Batch["rows"], width: number, isCut: boolean): Batch["rows"] {
  const fits = (row: Row | BadRow) => row instanceof BadRow || row.length === width;
  if (rows.every(fits)) return rows;
  return rows.map((row, index) => {
    if (row instanceof BadRow || row.length === width) return row;
    const isLast = isCut && index === rows.length - 1;
    const problem =
      isLast && row.length < width ? cutOff : `it has ${row.length} fields where the header has ${width}`;
    return new BadRow(problem, JSON.stringify(row));
  });
}

function headerOf(row: Row | BadRow | undefined): readonly string[] {
  if (row === undefined) return [];
  if (row instanceof BadRow) throw new FormatError(`Cannot read the header of the file: ${row.problem}.`);
  const columns = (row as readonly string[]).map((name) => name.trim());
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice === undefined) return columns;
  throw new FormatError(`Cannot read the header of the file: it names the column "${twice}" twice.`);
}

async function collect(
  pieces: AsyncGenerator<string>,
  start: string,
  isEnough: (length: number) => boolean,
): Promise<{ text: string; isWhole: boolean }> {
  let text = start;
  while (!isEnough(text.length)) {
    const next = await pieces.next();
    if (next.done === true) return { text, isWhole: true };
    text += next.value;
  }
  return { text, isWhole: false };
}
