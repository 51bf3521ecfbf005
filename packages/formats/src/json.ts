// JSON: an array of objects, or an object per line; fields become columns.
import { BadRow, type Batch, FormatError, numbered, type Row, type RowReader } from "./rows.ts";
import { decodeText, type TextOptions } from "./text.ts";

export interface NdjsonOptions extends TextOptions {
  /** Default: 1 Mi. A line that is longer is a bad row. */
  readonly maxRowLength?: number;
}

/** As many rows as decide what the columns are: JSON leaves out what it does not know. */
const rowsLookedAt = 1000;
const shown = 1000;
/** Of a file that is read whole: a few packed bytes may else be millions of empty objects, each of some 200 bytes. */
const maxRows = 1024 * 1024;
/** Of the rows that are held at once: each has a place for every column. */
const maxCells = 16 * 1024 * 1024;
/** Of a batch of later rows: few bytes may be many rows, each with a place for every column. */
const cellsAtOnce = 1024 * 1024;

/**
 * Opens a file of one JSON object per line, in constant memory. The columns are the fields of the first 1,000
 * objects; a later field that is none of them makes a bad row, so that nothing is dropped unseen.
 */
export function readNdjson(
  bytes: AsyncIterable<Uint8Array>,
  options: NdjsonOptions = {},
): Promise<RowReader> {
  const { maxRowLength = 1024 * 1024 } = options;
  return tableOf(linesOf(decodeText(bytes, options), maxRowLength));
}

/**
 * Opens a file that is one JSON array of objects. It is read into memory whole.
 * @throws {FormatError} when it is no such array, larger than `maxBytes` (default 64 MiB), or of more than 1 Mi objects.
 */
export async function readJson(
  bytes: AsyncIterable<Uint8Array>,
  options: TextOptions = {},
): Promise<RowReader> {
  let text = "";
  let opened = 0;
  for await (const piece of decodeText(bytes, { maxBytes: 64 * 1024 ** 2, ...options })) {
    opened += piece.match(/[{[]/g)?.length ?? 0;
    if (opened > maxRows + 1) throw tooMany("objects");
    text += piece;
  }
  const array = parseArray(text);
  if (array.length > maxRows) throw tooMany("values");
  return tableOf(oneGroup(array.map(toObject)));
}

function tooMany(what: string): FormatError {
  const message = `Cannot read JSON whole: it has more than ${maxRows} ${what}. An object per line (NDJSON) may have any number.`;
  return new FormatError(message);
}

type Parsed = Readonly<Record<string, unknown>> | BadRow;

function parseArray(text: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError(`Cannot read JSON: ${(cause as Error).message}.`, { cause });
  }
  if (Array.isArray(value)) return value;
  throw new FormatError("Cannot read JSON as rows: it is no array. An object per line is NDJSON.");
}

async function* oneGroup(group: readonly Parsed[]): AsyncGenerator<readonly Parsed[], void> {
  yield group;
}

async function* linesOf(
  pieces: AsyncIterable<string>,
  maxRowLength: number,
): AsyncGenerator<readonly Parsed[], void> {
  let rest = "";
  let isSkipping = false;
  for await (const piece of pieces) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    if (isSkipping && lines.length > 0) {
      lines.shift();
      isSkipping = false;
    }
    const group = lines.flatMap((line) => parseLine(line, maxRowLength));
    if (rest.length > maxRowLength && !isSkipping) group.push(tooLong(rest, maxRowLength));
    if (rest.length > maxRowLength || isSkipping) {
      isSkipping = true;
      rest = "";
    }
    yield group;
  }
  if (!isSkipping) yield parseLine(rest, maxRowLength);
}

function parseLine(line: string, maxRowLength: number): Parsed[] {
  if (line.trim() === "") return [];
  if (line.length > maxRowLength) return [tooLong(line, maxRowLength)];
  try {
    return [toObject(JSON.parse(line) as unknown)];
  } catch (error) {
    return [new BadRow(`it is no JSON: ${(error as Error).message}`, line.trimEnd())];
  }
}

function tooLong(line: string, maxRowLength: number): BadRow {
  return new BadRow(`it is longer than ${maxRowLength} characters`, line.slice(0, shown));
}

function toObject(value: unknown): Parsed {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Parsed;
  return new BadRow("it is no JSON object", JSON.stringify(value));
}

async function tableOf(groups: AsyncGenerator<readonly Parsed[], void>): Promise<RowReader> {
  const first: Parsed[] = [];
  for (let next = await groups.next(); next.done !== true; next = await groups.next()) {
    for (const row of next.value) first.push(row);
    if (first.length >= rowsLookedAt) break;
  }
  const names = first
    .slice(0, rowsLookedAt)
    .flatMap((row) => (row instanceof BadRow ? [] : Object.keys(row)));
  const columns = [...new Set(names)];
  if (columns.length * first.length > maxCells)
    throw new FormatError(
      `Cannot read JSON: ${first.length} rows of ${columns.length} columns are more than ${maxCells} fields.`,
    );
  return { columns, batches: numbered(rowsOf(first, groups, columns)) };
}

async function* rowsOf(
  first: readonly Parsed[],
  groups: AsyncIterable<readonly Parsed[]>,
  columns: readonly string[],
): AsyncGenerator<Batch["rows"], void> {
  const known = new Set(columns);
  yield first.map((row) => toRow(row, columns, known));
  const rowsAtOnce = Math.max(1, Math.floor(cellsAtOnce / Math.max(1, columns.length)));
  for await (const group of groups) {
    for (let start = 0; start < group.length; start += rowsAtOnce)
      yield group.slice(start, start + rowsAtOnce).map((row) => toRow(row, columns, known));
  }
}

function toRow(parsed: Parsed, columns: readonly string[], known: ReadonlySet<string>): Row | BadRow {
  if (parsed instanceof BadRow) return parsed;
  const stranger = Object.keys(parsed).find((name) => !known.has(name));
  if (stranger !== undefined)
    return new BadRow(
      `it has the field "${stranger}", which the file did not begin with`,
      JSON.stringify(parsed),
    );
  return columns.map((name) => (Object.hasOwn(parsed, name) ? parsed[name] : null));
}
