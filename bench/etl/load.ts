// One way to load the file, in a process of its own: load.ts <way> <file> <database>; prints what it cost.
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { type SqlDriver, type SqlWriter, sql } from "@faasade/connectors/sql";
import { open } from "@faasade/connectors/sql/pg";
import { compareColumns } from "@faasade/formats/contract";
import { readCsv } from "@faasade/formats/csv";
import { OneAhead } from "@faasade/formats/one-ahead";
import { BadRow, type Row } from "@faasade/formats/rows";
import { contract } from "../../apps/etl/src/contract.ts";
import { toFlight } from "../../apps/etl/src/flight.ts";
import { masker } from "../../apps/etl/src/mask.ts";
import { loading } from "../../apps/etl/src/resources/loading.ts";
import { ambientOf } from "../../packages/connectors/src/sql/conformance/ambient.ts";

export interface Measured {
  readonly rows: number;
  readonly wallSeconds: number;
  readonly clientSeconds: number;
  /** Of the server's process for this connection; 0 where /proc does not say. */
  readonly serverSeconds: number;
  readonly quarterMegabytes: number;
  readonly mostMegabytes: number;
}

const columns =
  "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance,tailnum,contact".split(
    ",",
  );
const rowsPerPiece = loading.fields.rowsPerPiece.default;
const quarter = 250_000;
const timeoutSeconds = 600;
const [way = "", file = "", url = ""] = process.argv.slice(2);

type Values = readonly (string | number | null)[];
type Copy = (rows: readonly Values[]) => Promise<unknown>;
type Way = (copy: Copy) => Promise<void>;

async function inPieces(batches: AsyncIterable<readonly Values[]>, copy: Copy): Promise<void> {
  const pieces = new OneAhead();
  let piece: Values[] = [];
  for await (const batch of batches) {
    for (const row of batch) piece.push(row);
    if (piece.length < rowsPerPiece) continue;
    await pieces.save(copy, piece);
    piece = [];
  }
  await pieces.done();
  await copy(piece);
}

const source = () => createReadStream(file, { highWaterMark: 1 << 18 });

async function readAirports(): Promise<ReadonlyMap<string, string>> {
  const file = new URL("../../apps/etl/data/reference/airports.csv", import.meta.url);
  const codes = (await readFile(file, "utf8")).split("\n").map((line) => line.slice(0, 3));
  return new Map([...codes, "SJU", "BQN", "STT", "PSE"].map((code) => [code, code]));
}

/** The app's rules; what its table has besides is left out, as the server does not make it either. */
async function transformation(names: readonly string[]): Promise<(row: Row | BadRow) => readonly Values[]> {
  const airports = await readAirports();
  const { places } = compareColumns(contract, names);
  const lookups = { places, airports, mask: masker("a key for this measurement") };
  return (row) => {
    const flight = row instanceof BadRow ? row.problem : toFlight(row, lookups);
    return typeof flight === "string" ? [] : [[...flight.slice(0, 11), flight[13] ?? null]];
  };
}

async function* ownRows(): AsyncGenerator<readonly Values[]> {
  const reader = await readCsv(source());
  const transform = await transformation(reader.columns);
  for await (const { rows } of reader.batches) yield rows.flatMap(transform);
}

async function* peerRows(): AsyncGenerator<readonly Values[]> {
  const peer: string = "csv-parse";
  const { parse } = (await import(peer)) as CsvParse;
  const transform = await transformation(columns);
  let batch: Values[] = [];
  for await (const row of source().pipe(parse({ bom: true, from_line: 2 }))) {
    batch.push(...transform(row));
    if (batch.length < 1000) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}

const ways: Readonly<Record<string, Way>> = {
  faasade: (copy) => inPieces(ownRows(), copy),
  "csv-parse": (copy) => inPieces(peerRows(), copy),
};

async function cpuOfBackend(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
}

async function measure(
  work: (memory: () => void) => Promise<number>,
): Promise<Pick<Measured, "rows" | "serverSeconds"> & Measured> {
  let quarterMegabytes = 0;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const serverSeconds = await work(() => {
    quarterMegabytes ||= megabytes(process.memoryUsage.rss());
  });
  const wallSeconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const mostMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  return {
    rows: 0,
    wallSeconds,
    clientSeconds: (user + system) / 1e6,
    serverSeconds,
    quarterMegabytes,
    mostMegabytes,
  };
}

const megabytes = (bytes: number) => Math.round(bytes / 2 ** 20);

const table = `drop table if exists flights; create table flights (
  date date, carrier text, flight int, origin text, dest text, scheduled int, dep_delay float8, arr_delay float8,
  air_time float8, distance float8, tailnum text, contact text)`;

/** All in one transaction of one connection. */
async function throughPg(driver: SqlDriver): Promise<Measured> {
  const client = sql("flights").connect(driver, "write", {
    ...ambientOf(),
    deadline: Date.now() + timeoutSeconds * 1000,
  });
  const records = client as SqlWriter;
  return measure((memory) =>
    records.transaction(async (tx) => {
      const { pid = 0 } = (await tx.one<{ pid: number }>("select pg_backend_pid() as pid")) ?? {};
      const before = await cpuOfBackend(pid);
      let copied = 0;
      const copy: Copy = async (rows) => {
        copied += await tx.copyIn("flights", columns, rows);
        if (copied >= quarter) memory();
      };
      const run = ways[way];
      if (run === undefined) await tx.query(`copy flights from '${file}' (format csv, header)`);
      else await run(copy);
      return (await cpuOfBackend(pid)) - before;
    }),
  );
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
  (text: TemplateStringsArray, ...values: unknown[]): Promise<{ pid: number }[]>;
  (rows: readonly object[], columns: readonly string[]): unknown;
}

async function throughPostgresJs(): Promise<Measured> {
  const peer: string = "postgres";
  const { default: postgres } = (await import(peer)) as { default: PostgresJs };
  const client = postgres(url, { max: 1 });
  try {
    return await measure((memory) =>
      client.begin(async (tx) => {
        const [{ pid } = { pid: 0 }] = await tx`select pg_backend_pid() as pid`;
        const before = await cpuOfBackend(pid);
        let inserted = 0;
        let rows: object[] = [];
        const insert = async () => {
          if (rows.length > 0) await tx`insert into flights ${tx(rows, columns)}`;
          inserted += rows.length;
          if (inserted >= quarter) memory();
          rows = [];
        };
        for await (const batch of peerRows()) {
          for (const row of batch)
            rows.push(Object.fromEntries(columns.map((name, index) => [name, row[index]])));
          if (rows.length >= 5000) await insert();
        }
        await insert();
        return (await cpuOfBackend(pid)) - before;
      }),
    );
  } finally {
    await client.end();
  }
}

const driver = await open(url);
await driver.execute(table);
const measured = await (way === "postgres.js" ? throughPostgresJs() : throughPg(driver));
const counted = await driver.transaction((session) =>
  session.query<{ n: number }>("select count(*)::int as n from flights"),
);
const rows = counted.rows[0]?.n ?? 0;
await driver.close();
// The app's rules put a few aside.
if (rows !== 1_000_000 && (way === "server" || rows < 999_000))
  throw new Error(`${way} loaded ${rows} rows.`);
console.log(JSON.stringify({ ...measured, rows }));
