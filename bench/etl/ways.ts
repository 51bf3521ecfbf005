// The ways to load a file of flights: the server's own, the app's, and the peers' with the app's transformation.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ObjectReader, objectStore, type StoredObject } from "@faasade/connectors/object-store";
import { open as openFiles } from "@faasade/connectors/object-store/file";
import type { SqlDriver, SqlWriter } from "@faasade/connectors/sql";
import { compareColumns } from "@faasade/formats/contract";
import { OneAhead } from "@faasade/formats/one-ahead";
import { contract } from "../../apps/etl/src/contract.ts";
import { toFlight } from "../../apps/etl/src/flight.ts";
import { type LoadContext, readRows } from "../../apps/etl/src/load.ts";
import { beginLoad } from "../../apps/etl/src/loads.ts";
import { readLookups } from "../../apps/etl/src/lookups.ts";
import { loading } from "../../apps/etl/src/resources/loading.ts";
import { records } from "../../apps/etl/src/resources/records.ts";
import { ambientOf } from "../../packages/connectors/src/sql/conformance/ambient.ts";

/** The file lies in its folder, and as an object in the store beside it, with the airports. */
export const file = "flights.csv";
export const store = "store";
export const airports = "airports.csv";

interface Place {
  readonly driver: SqlDriver;
  readonly folder: string;
  readonly url: string;
}

export interface Way {
  /** The rows that count. */
  readonly table: string;
  /** @param tell is told of the share that was read. */
  load(tell: (share: number) => void): Promise<unknown>;
  close?(): Promise<unknown>;
}

type Values = readonly (string | number | null)[];

const columns =
  "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance,tailnum,contact".split(
    ",",
  );
const plainTable = `drop table if exists plain; create table plain (
  date date, carrier text, flight int, origin text, dest text, scheduled int, dep_delay float8, arr_delay float8,
  air_time float8, distance float8, tailnum text, contact text)`;
const rowsPerPiece = loading.fields.rowsPerPiece.default;
const timeoutSeconds = 600;
const ambient = { ...ambientOf(), deadline: Date.now() + timeoutSeconds * 1000 };
const maskingKey = { get: async () => "a key for this measurement" };

export const ways: Readonly<Record<string, (place: Place) => Promise<Way>>> = {
  /** One COPY into a table of the file's columns. */
  async server({ driver, folder }) {
    await driver.execute(plainTable);
    const text = `copy plain from '${join(folder, file)}' (format csv, header)`;
    return { table: "plain", load: () => run(driver, text) };
  },
  /** The same COPY into the table of the app, where what the file does not say is the same in each row. */
  async "server, app's table"({ driver, folder }) {
    const { id } = await newLoad(driver);
    await driver.execute(`
      alter table flight_rows alter load_id set default ${id}, alter row_no set default 1,
        alter origin_name set default 'JFK', alter dest_name set default 'JFK'`);
    const into = columns.map((name) => (name === "date" ? "dt" : name)).join(", ");
    const text = `copy flight_rows (${into}) from '${join(folder, file)}' (format csv, header)`;
    return { table: "flight_rows", load: () => run(driver, text) };
  },
  /** What the app does with a file, until it is judged and published. */
  async app({ driver, folder }) {
    const load = await newLoad(driver);
    const inbox = await storeIn(folder);
    const defaults = Object.entries(loading.fields).map(([name, field]) => [name, field.default]);
    const context = {
      ...{ ...ambient, maskingKey, inbox, reference: inbox, records: clientOf(driver) },
      loading: Object.fromEntries(defaults),
    } as unknown as LoadContext;
    return {
      table: "flight_rows",
      async load(tell) {
        const object = (await inbox.get(file)) as StoredObject;
        const told = { ...object, stream: () => telling(object.stream(), object.info.size, tell) };
        if (!(await readRows(told, load, context))) throw new Error("The time was up.");
      },
    };
  },
  "csv-parse": async ({ driver, folder }) => {
    await driver.execute(plainTable);
    const batches = await peerRows(folder);
    return {
      table: "plain",
      load: (tell) =>
        clientOf(driver).transaction(async (tx) => {
          const pieces = new OneAhead();
          const copy = (rows: readonly Values[]) => tx.copyIn("plain", columns, rows);
          for await (const rows of batches(tell, rowsPerPiece)) await pieces.save(copy, rows);
          await pieces.done();
        }),
    };
  },
  async "postgres.js"({ driver, folder, url }) {
    await driver.execute(plainTable);
    const batches = await peerRows(folder);
    const peer: string = "postgres";
    const { default: postgres } = (await import(peer)) as { default: PostgresJs };
    const client = postgres(url, { max: 1 });
    return {
      table: "plain",
      load: (tell) =>
        client.begin(async (tx) => {
          for await (const rows of batches(tell, 5000)) {
            const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
            await tx`insert into plain ${tx(objects, columns)}`;
          }
        }),
      close: () => client.end(),
    };
  },
};

function run(driver: SqlDriver, text: string): Promise<unknown> {
  return driver.transaction((session) => session.query(text), { timeoutSeconds });
}

function clientOf(driver: SqlDriver): SqlWriter {
  return records.connect(driver, "write", ambient) as SqlWriter;
}

/** Of the app, whose tables are made anew. */
async function newLoad(driver: SqlDriver) {
  await driver.execute("drop schema public cascade; create schema public");
  return beginLoad(clientOf(driver), { key: file, etag: "1", request: "1" }, Date.now());
}

async function storeIn(folder: string): Promise<ObjectReader> {
  const opened = await openFiles(pathToFileURL(join(folder, store)).href, ambient);
  return objectStore("inbox").connect(opened, "read", ambient) as ObjectReader;
}

async function* telling(
  bytes: AsyncIterable<Uint8Array>,
  size: number,
  tell: (share: number) => void,
): AsyncGenerator<Uint8Array, void> {
  let read = 0;
  for await (const chunk of bytes) {
    yield chunk;
    read += chunk.length;
    tell(read / size);
  }
}

/** Rows read by csv-parse, and transformed as the app does. */
async function peerRows(folder: string) {
  const peer: string = "csv-parse";
  const { parse } = (await import(peer)) as CsvParse;
  const reference = await storeIn(folder);
  const { places } = compareColumns(contract, columns);
  const lookups = await readLookups(places, { reference, maskingKey });
  const path = join(folder, file);
  const { size } = await stat(path);
  return async function* (tell: (share: number) => void, atOnce: number): AsyncGenerator<readonly Values[]> {
    const source = createReadStream(path, { highWaterMark: 1 << 18 });
    let batch: Values[] = [];
    for await (const row of source.pipe(parse({ bom: true, from_line: 2 }))) {
      const flight = toFlight(row, lookups);
      if (typeof flight === "string") continue;
      // What the plain table does not have is left out.
      batch.push([...flight.slice(0, 11), flight[13] ?? null]);
      if (batch.length < atOnce) continue;
      yield batch;
      tell(source.bytesRead / size);
      batch = [];
    }
    yield batch;
  };
}

/** What is used of csv-parse, which is installed with the peers alone. */
interface CsvParse {
  parse(options: object): NodeJS.WritableStream & AsyncIterable<string[]>;
}

/** What is used of postgres.js, which is installed with the peers alone. */
type PostgresJs = (
  url: string,
  options: { readonly max: number },
) => {
  begin<Result>(work: (tx: Tagged) => Promise<Result>): Promise<Result>;
  end(): Promise<void>;
};

interface Tagged {
  (text: TemplateStringsArray, ...values: unknown[]): Promise<unknown>;
  (rows: readonly object[], columns: readonly string[]): unknown;
}
