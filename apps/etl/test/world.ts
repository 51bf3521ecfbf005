// The app as a platform drives it, on a real database, file stores, queue and engine: crashes where wanted.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ObjectContent, ObjectStoreDriver } from "@faasade/connectors/object-store";
import * as file from "@faasade/connectors/object-store/file";
import { decodeMessage } from "@faasade/connectors/queue";
import { type SqlQueue, sqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver, SqlRow, SqlSession } from "@faasade/connectors/sql";
import * as pglite from "@faasade/connectors/sql/pglite";
import { open as openDuckdb } from "@faasade/connectors/warehouse/duckdb";
import type { FunctionError } from "@faasade/core";
import {
  type App,
  createIds,
  type FunctionEntry,
  type Host,
  type LogRecord,
  openApp,
} from "@faasade/core/adapter";
import acceptFile from "../src/functions/accept-file.ts";
import backfill from "../src/functions/backfill.ts";
import continueLoad from "../src/functions/continue-load.ts";
import exportFlights from "../src/functions/export-flights.ts";
import queryLake from "../src/functions/query-lake.ts";
import replayQuarantine from "../src/functions/replay-quarantine.ts";
import showLoads from "../src/functions/show-loads.ts";
import sweepInbox from "../src/functions/sweep-inbox.ts";
import type { LoadSummary, Overview } from "../src/overview.ts";
import { continuations } from "../src/resources/continuations.ts";

const functions = [
  acceptFile,
  backfill,
  continueLoad,
  exportFlights,
  queryLake,
  replayQuarantine,
  showLoads,
  sweepInbox,
];

const airports = `faa,name
EWR,Newark Liberty Intl
JFK,John F Kennedy Intl
LGA,La Guardia
ORD,Chicago Ohare Intl
LAX,"=Los Angeles, Intl"
`;

/** Called before and after every call of a driver; it may wait, or throw to simulate a death at this point. */
export type Step = (call: string) => void | Promise<void>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly json: any;
}

let database: Promise<SqlDriver> | undefined;

export class World {
  app: App;
  readonly inbox: ObjectStoreDriver;
  readonly reference: ObjectStoreDriver;
  readonly lake: ObjectStoreDriver;
  readonly sql: SqlDriver;
  readonly queue: SqlQueue;
  readonly log: LogRecord[] = [];
  readonly settings: Record<string, string>;
  /** Keys of the inbox that changed and were not delivered yet. */
  readonly changes: string[] = [];
  readonly #folder: string;
  now: number;
  step: Step = () => {};

  private constructor(
    folder: string,
    settings: Record<string, string>,
    stores: ObjectStoreDriver[],
    sql: SqlDriver,
  ) {
    this.#folder = folder;
    this.settings = settings;
    this.now = Date.UTC(2026, 0, 1);
    [this.inbox, this.reference, this.lake] = stores as [
      ObjectStoreDriver,
      ObjectStoreDriver,
      ObjectStoreDriver,
    ];
    this.sql = this.#stepping(sql, ["transaction", "execute"]);
    this.queue = sqlQueue(sql, { name: "continuations", clock: { now: () => this.now } });
    this.app = this.#open();
  }

  static async open(settings: Record<string, string> = {}): Promise<World> {
    database ??= Promise.resolve(pglite.open("pglite:"));
    const sql = await database;
    await sql.execute("drop schema public cascade; create schema public");
    const folder = await mkdtemp(join(tmpdir(), "faasade-etl-"));
    let tick = Date.UTC(2026, 0, 1);
    const clock = { now: () => (tick += 1000) };
    const open = (name: string) => file.open(pathToFileURL(join(folder, name)).href, { clock });
    const stores = await Promise.all(["inbox", "reference", "lake"].map(open));
    // As another process would see the database: a driver that has made no tables yet.
    const world = new World(folder, settings, stores, Object.assign(bound(sql), { close: async () => {} }));
    await world.reference.put("airports.csv", Buffer.from(airports), {});
    return world;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await Promise.all([this.inbox, this.reference, this.lake].map((store) => store.close()));
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Puts a file into the inbox, as any other program would; its event waits to be delivered. */
  async arrive(name: string, content: string | Uint8Array): Promise<void> {
    const key = name.includes("/") ? name : `incoming/${name}`;
    await this.inbox.put(key, Buffer.from(content as string), {});
    this.changes.push(key);
  }

  /** Delivers one change of the inbox; what the platform would see of its failure. */
  async accept(key: string): Promise<FunctionError | undefined> {
    return this.#deliver("accept-file", { store: "inbox", key }, `change of ${key}`);
  }

  /** Delivers everything, failed events again, until nothing is left. */
  async settle(): Promise<void> {
    for (let rounds = 0; rounds < 200; rounds += 1) {
      const key = this.changes.shift();
      if (key !== undefined && (await this.accept(key)) !== undefined) this.changes.push(key);
      if (key === undefined && !(await this.continueOne())) return;
      this.now += 20_000;
    }
    throw new Error("There is no end to it.");
  }

  /** @returns false when there is nothing to continue. */
  async continueOne(): Promise<boolean> {
    const [message] = await this.queue.receive({ max: 1, visibilitySeconds: 60 });
    if (message === undefined) return false;
    const { id, data } = decodeMessage(message, continuations);
    const error = await this.#deliver("continue-load", data, id);
    if (error === undefined) await this.queue.acknowledge([message.receipt]);
    else await this.queue.release(message.receipt, 0);
    return true;
  }

  sweep(): Promise<FunctionError | undefined> {
    return this.#deliver(
      "sweep-inbox",
      { job: "etl/sweep-inbox", due: new Date(this.now).toISOString() },
      `due ${this.now}`,
    );
  }

  async load(name: string, content: string | Uint8Array): Promise<LoadSummary> {
    await this.arrive(name, content);
    await this.settle();
    return (await this.loads()).find(({ key }) => key.endsWith(name)) as LoadSummary;
  }

  async loads(): Promise<Overview["loads"]> {
    return ((await this.request("GET", "/loads.json")).json as Overview).loads;
  }

  async request(method: string, target: string, body?: unknown): Promise<Answer> {
    const reply = await this.app.http({
      method,
      target,
      origin: "https://etl.example",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
      principal: { kind: "platform", subject: "operator" },
    });
    const text = (await collect(reply.body)).toString("utf8");
    const isJson = /json/.test(String(reply.headers["content-type"]));
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  async rows(text: string): Promise<readonly SqlRow[]> {
    return (await this.sql.transaction((session) => session.query(text))).rows;
  }

  /** Everything in the lake: key → etag, which is made of the bytes here. */
  async lakeBytes(): Promise<Record<string, string>> {
    const { objects } = await this.lake.list({ prefix: "flights/", limit: 1000 });
    const contents = objects.map(async ({ key }) => {
      const found = await this.lake.get(key);
      return [key, found === undefined ? "" : (await collect(found.body)).toString("base64")] as const;
    });
    return Object.fromEntries(await Promise.all(contents));
  }

  /** The process is gone; another one opens what it left. */
  restart(): void {
    this.step = () => {};
    this.app = this.#open();
  }

  async #deliver(functionName: string, data: unknown, id: string): Promise<FunctionError | undefined> {
    const event = { specversion: "1.0" as const, id, source: "/test", type: "test", data, extensions: {} };
    const outcome = await this.app.events(functionName, { events: [event] });
    return outcome.ok ? outcome.reply.failed[0]?.error : outcome.error;
  }

  #open(): App {
    const stepping = ["get", "put", "head", "list", "delete", "send"];
    const entries = functions.map((fn) => ({
      name: fn.name,
      trigger: fn.trigger,
      load: async () => ({ default: fn }),
    }));
    const driver = (opened: object) => ({ url: "test:", load: async () => ({ open: () => opened }) });
    const kept = (opened: object) =>
      driver(Object.assign(bound(this.#stepping(opened, stepping)), { close: async () => {} }));
    const drivers = {
      inbox: kept(this.inbox),
      reference: kept(this.reference),
      lake: kept(this.lake),
      records: driver(this.sql),
      continuations: kept(this.queue),
      flights: driver(openDuckdb("duckdb:?memoryMiB=256&threads=1")),
    };
    return openApp({ app: "etl", functions: entries as unknown as FunctionEntry[], drivers }, this.#host());
  }

  /** The driver, which lets `step` in before and after each of these calls; inside transactions, too. */
  #stepping<Driver extends object>(driver: Driver, calls: readonly string[]): Driver {
    const around = async (call: string, work: () => unknown): Promise<unknown> => {
      await this.step(`before ${call}`);
      const result = await work();
      try {
        await this.step(`after ${call}`);
        return result;
      } catch (death) {
        if (call === "get") await (result as ObjectContent | undefined)?.discard();
        throw death;
      }
    };
    return new Proxy(driver, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as unknown;
        if (typeof method !== "function") return method;
        if (!calls.includes(String(name))) return method.bind(target);
        return (...args: unknown[]) => {
          const [work, ...rest] = args;
          const inner =
            name === "transaction"
              ? [
                  (session: SqlSession) =>
                    (work as (inside: SqlSession) => unknown)(this.#stepping(session, ["query", "copyIn"])),
                  ...rest,
                ]
              : args;
          return around(String(name), () => method.apply(target, inner));
        };
      },
    });
  }

  #host(): Host {
    const clock = { now: () => this.now };
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    return {
      clock,
      random,
      ids: createIds(clock, random),
      log: (record) => this.log.push(record),
      configuration: (variable) => this.settings[variable],
      secrets: async () => "a key of the tests that nobody guesses",
      http: { fetch: () => Promise.reject(new Error("this app calls nobody")) },
    };
  }
}

/** A driver's methods, to be taken apart. */
function bound<Driver extends object>(driver: Driver): Driver {
  return new Proxy({} as Driver, {
    get: (own, name) => {
      if (Object.hasOwn(own, name)) return Reflect.get(own, name);
      const method = Reflect.get(driver, name) as unknown;
      return typeof method === "function" ? method.bind(driver) : method;
    },
  });
}

export async function collect(
  body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined,
): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body as Uint8Array);
  return Buffer.concat(await Array.fromAsync(body));
}

export const header =
  "date,carrier,flight,origin,dest,scheduled,dep_delay,arr_delay,air_time,distance,tailnum,contact";

/** A line of a file, all right unless told otherwise. */
export function flight(values: Partial<Record<string, string>> = {}): string {
  const good: Record<string, string> = {
    ...{ date: "2013-01-01", carrier: "UA", flight: "1545", origin: "EWR", dest: "ORD", scheduled: "515" },
    ...{ dep_delay: "2", arr_delay: "-11", air_time: "227", distance: "1400", tailnum: "N14228" },
    contact: "guest@example.com",
  };
  return header
    .split(",")
    .map((name) => values[name] ?? good[name])
    .join(",");
}

export function csv(...lines: readonly string[]): string {
  return `${[header, ...lines].join("\n")}\n`;
}
