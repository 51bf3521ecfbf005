// What lies in the inbox of a new world: a CSV of real flights with quotes and bad rows, and the same as Parquet.
import { open } from "node:fs/promises";
import { join } from "node:path";
import { writeCsv } from "@faasade/formats/csv";
import { type ParquetColumn, readParquet, writeParquet } from "@faasade/formats/parquet";
import { BadRow, type Row } from "@faasade/formats/rows";

const columns: readonly ParquetColumn[] = [
  { name: "date", type: "date" },
  { name: "carrier", type: "text" },
  { name: "flight", type: "integer" },
  { name: "origin", type: "text" },
  { name: "dest", type: "text" },
  { name: "scheduled", type: "integer" },
  { name: "dep_delay", type: "integer" },
  { name: "arr_delay", type: "integer" },
  { name: "air_time", type: "integer" },
  { name: "distance", type: "integer" },
  { name: "tailnum", type: "text" },
  { name: "contact", type: "text" },
];
const names = columns.map(({ name }) => name);
/** One row in so many is damaged, each time in another way. */
const damagedEach = 9_973;

/** Key and content of each object. */
export default async function* inbox(): AsyncGenerator<
  readonly [key: string, body: Uint8Array | AsyncIterable<Uint8Array>]
> {
  const rows = await flights();
  yield ["incoming/flights-2013.csv", csvOf(rows)];
  yield ["incoming/flights-2013.parquet", await writeParquet(columns, rows.map(withContact))];
}

/** In the order of their day, as a source would deliver them. */
async function flights(): Promise<Row[]> {
  await using file = await open(join(import.meta.dirname, "flights-2013.parquet"));
  const { size } = await file.stat();
  const { batches } = await readParquet({
    byteLength: size,
    slice: async (start, end) => (await file.read(Buffer.alloc(end - start), 0, end - start, start)).buffer,
  });
  const rows: Row[] = [];
  for await (const batch of batches)
    for (const row of batch.rows) if (!(row instanceof BadRow)) rows.push(row);
  const dayOf = ([date]: Row) => (date as Date).getTime();
  return rows.sort((a, b) => dayOf(a) - dayOf(b));
}

/** A contact of nobody: example.com, and a number kept for fiction. */
function withContact(row: Row, index: number): Row {
  const [, carrier, flight] = row;
  const number = String(index % 5000).padStart(4, "0");
  return [...row, `Desk "${carrier} ${flight}", +1 555 0100 <guest-${number}@example.com>`];
}

async function* csvOf(rows: readonly Row[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from("\uFEFF");
  let line = 0;
  for await (const piece of writeCsv(names, asText(rows), { guardFormulas: false })) {
    const lines = Buffer.from(piece).toString("utf8").split("\r\n");
    yield Buffer.from(lines.map((text) => (text === "" ? text : damaged(text, line++))).join("\r\n"));
  }
}

function* asText(rows: readonly Row[]): Generator<Row> {
  for (const [index, row] of rows.entries()) {
    const [date, ...rest] = withContact(row, index);
    yield [(date as Date).toISOString().slice(0, 10), ...rest];
  }
}

function damaged(text: string, line: number): string {
  if (line === 0 || line % damagedEach !== 0) return text;
  return damages[(line / damagedEach) % damages.length]?.(text) ?? text;
}

const damages: readonly ((line: string) => string)[] = [
  (line) => line.replace(/^\d{4}-\d\d-\d\d/, "2013-02-30"),
  (line) => line.replace(",", ',"'),
  (line) => line.split(",").slice(0, 6).join(","),
  (line) => line.replace(/^([^,]*),[A-Z0-9]{2},/, "$1,airline,"),
  (line) => line.replace(/^((?:[^,]*,){5})\d+,/, "$12575,"),
  (line) => `${line}\r\n${line}`,
];
