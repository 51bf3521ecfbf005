// A million rows of quoted CSV, checked and transformed, into Postgres: beside the server's own COPY and the peers.
import { execFile } from "node:child_process";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { open as openFiles } from "@faasade/connectors/object-store/file";
import { writeCsv } from "@faasade/formats/csv";
import inbox from "../../apps/etl/data/inbox.ts";
import { missingPostgres, startPostgres } from "../../packages/connectors/test/sql/postgres-server.ts";
import { findPostgres } from "../../tools/not-proved.ts";
import { markdownTable, publish, readOptions } from "../report.ts";
import { measureRounds, median, ratioOf } from "../rounds.ts";
import type { Measured } from "./load.ts";
import { airports, file, store } from "./ways.ts";

const rowCount = 1_000_000;
/** Of V8, in MB: twice as much, as Node takes by itself on a large machine, is 100 MB of garbage and no faster. */
const youngGeneration = "--max-semi-space-size=16";
const yardstick = "the server's COPY";
const ofTable = "the server's COPY into the app's table";
const app = "faasade, the app etl";
const all: Readonly<Record<string, string>> = {
  [yardstick]: "server",
  [ofTable]: "server, app's table",
  [app]: "app",
  "csv-parse, our transformation and COPY": "csv-parse",
  "csv-parse, postgres.js, 5,000 rows per insert": "postgres.js",
};

/** What a peer is loaded from, and in which rows: without `npm ci --prefix bench` these are left out. */
const peers: Readonly<Record<string, string>> = { "csv-parse": "csv-parse", "postgres.js": "postgres" };

function installed(way: string): boolean {
  const peer = peers[way];
  return peer === undefined || existsSync(join(import.meta.dirname, "..", "node_modules", peer));
}

/** Wall time decides: client and server work at the same time. CPU of both and the client's memory are told. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args, 5);
  const contenders = Object.fromEntries(Object.entries(all).filter(([, way]) => installed(way)));
  const postgres = findPostgres();
  if (postgres === undefined) throw new Error(`Cannot measure: ${missingPostgres.join("; ")}.`);
  const folder = await mkdtemp(join(tmpdir(), "faasade-bench-etl-"));
  const server = await startPostgres(postgres);
  try {
    await chmod(folder, 0o755); // the server reads the file as its own user
    await fill(folder);
    const url = await server.newDatabase();
    const measured = new Map<string, Measured[]>(Object.keys(contenders).map((name) => [name, []]));
    const measure = (name: string) => async () => {
      const program = [
        youngGeneration,
        join(import.meta.dirname, "load.ts"),
        contenders[name] ?? "",
        folder,
        url,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, program);
      const result = JSON.parse(stdout) as Measured;
      measured.get(name)?.push(result);
      console.error(`${name}: ${result.wallSeconds.toFixed(1)} s`);
      return result.wallSeconds;
    };
    const costs = await measureRounds(
      Object.keys(contenders).map((name) => ({ name, measure: measure(name) })),
      options.rounds,
    );
    const lines = Object.keys(contenders).map((name) => {
      const { ratio, min, max } = ratioOf(costs, name, name === app ? ofTable : yardstick);
      const of = (value: (one: Measured) => number) => median((measured.get(name) ?? []).map(value));
      const share = 1 / ratio;
      const goal = name === app ? `≥ 0.80: ${share >= 0.795 ? "reached" : "**missed**"}` : "";
      return [
        name,
        `${share.toFixed(2)} (${(1 / max).toFixed(2)}–${(1 / min).toFixed(2)})`,
        of(({ wallSeconds }) => wallSeconds).toFixed(1),
        of(({ clientSeconds }) => clientSeconds).toFixed(1),
        of(({ serverSeconds }) => serverSeconds).toFixed(1),
        `${of(({ quarterMegabytes }) => quarterMegabytes)} → ${of(({ mostMegabytes }) => mostMegabytes)}`,
        goal,
      ];
    });
    if (options.json) for (const [name, results] of measured) console.log(JSON.stringify({ name, results }));
    const head = [
      "",
      "× its rows per second",
      "s wall",
      "s CPU client",
      "s CPU server",
      "MB after ¼ → most",
      "goal",
    ];
    const title = `${rowCount.toLocaleString("en")} rows, ${options.rounds} rounds:`;
    await publish("etl", [{ title, table: markdownTable(head, lines) }], options);
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const names =
  "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance,tailnum,contact".split(
    ",",
  );

/** The file, where the server reads it and where the app does, and the airports. */
async function fill(folder: string): Promise<void> {
  const path = join(folder, file);
  await pipeline(writeCsv(names, rows(await samples()), { guardFormulas: false }), createWriteStream(path));
  const objects = await openFiles(pathToFileURL(join(folder, store)).href, { clock: Date });
  await objects.put(file, createReadStream(path), {});
  const known = await readFile(
    new URL("../../apps/etl/data/reference/airports.csv", import.meta.url),
    "utf8",
  );
  const more = ["SJU", "BQN", "STT", "PSE"].map((code) => `${code},${code},0,0,0,0,A,\n`).join("");
  await objects.put(airports, Buffer.from(known + more), {});
  await objects.close();
}

/** Real flights, whose contacts have quotes. */
async function samples(): Promise<readonly (readonly unknown[])[]> {
  const { readCsv } = await import("@faasade/formats/csv");
  const { BadRow } = await import("@faasade/formats/rows");
  for await (const [key, body] of inbox()) {
    if (!key.endsWith(".csv") || body instanceof Uint8Array) continue;
    const good: (readonly unknown[])[] = [];
    const { batches } = await readCsv(body);
    for await (const { rows } of batches)
      for (const row of rows) if (!(row instanceof BadRow)) good.push(row);
    return good.filter(
      (row) =>
        /^\d+$/.test(String(row[5])) && /^[A-Z0-9]{2}$/.test(String(row[1])) && row[0] !== "2013-02-30",
    );
  }
  throw new Error("Cannot measure: the app etl brings no CSV.");
}

function* rows(all: readonly (readonly unknown[])[]): Generator<readonly unknown[]> {
  for (let index = 0; index < rowCount; index += 1) yield all[index % all.length] ?? [];
}
