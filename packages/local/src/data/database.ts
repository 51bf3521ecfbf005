// The databases of the world: its own, with queues, the journal, due times; and those of apps, each in its own thread.
import { rm } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import type { SqlDriver, SqlSession } from "@faasade/connectors/sql";
import { FunctionError } from "@faasade/core";
import { databaseUrl, type Engines, schemaOf } from "../engines/engines.ts";
import { makeSchema } from "../engines/make-schema.ts";
import { databaseFolder, type Home, socketAddress } from "../home.ts";
import { type DatabaseThread, openDatabaseThread } from "../sql/database-thread.ts";
import type { Served } from "../sql/serve.ts";
import { copyFolder } from "./copy-folder.ts";

const schema = `
  create table if not exists journal (sequence bigint primary key, entry jsonb not null);
  create table if not exists accepted_events (id text primary key, accepted_at bigint not null);
  create table if not exists due_times (job text primary key, last_due bigint not null);
  create table if not exists world (key text primary key, value jsonb not null);
  create table if not exists seen_objects (
    store text not null, key text collate "C" not null, mark text not null, primary key (store, key)
  );
`;

interface OpenDatabase {
  readonly driver: SqlDriver;
  /** Where it is served, if in a thread of its own. */
  readonly address?: string;
  close(): Promise<void>;
}

/** Every database of the world by name, opened when first asked for: `world`, or `app/name` of an app. */
export class Databases {
  readonly #home: Home;
  readonly #engines: Engines;
  readonly #pipeToken: string;
  readonly #onLost: (message: string) => void;
  readonly #open = new Map<string, Promise<OpenDatabase>>();
  #asking: Promise<unknown> = Promise.resolve();
  #copy: Promise<DatabaseThread> | undefined;
  #isClosed = false;

  /**
   * @param pipeToken what processes prove themselves with where a database is served
   * @param onLost told when one came to an end by itself; it is opened anew by whoever asks for it next
   */
  constructor(home: Home, engines: Engines, pipeToken: string, onLost: (message: string) => void = () => {}) {
    this.#home = home;
    this.#engines = engines;
    this.#pipeToken = pipeToken;
    this.#onLost = onLost;
  }

  async get(name: string): Promise<SqlDriver> {
    return (await this.#opened(name)).driver;
  }

  /** For a process that asks where the database is. */
  async serve(name: string): Promise<Served> {
    const { driver, address } = await this.#opened(name);
    return address === undefined ? { driver } : { address };
  }

  /**
   * Asks a copy of the world's own: a question that computes for long, or changes its session, is nobody else's then.
   * One at a time.
   */
  async askWorld<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    const asked = this.#asking.then(() => this.#askCopy(work));
    this.#asking = asked.catch(() => {});
    return asked;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    // Whoever still asks has nobody to tell it to.
    await this.#copy?.then(
      (thread) => thread.close(),
      () => {},
    );
    const opened = await Promise.allSettled(this.#open.values());
    await Promise.all(opened.map((result) => result.status === "fulfilled" && result.value.close()));
  }

  #opened(name: string): Promise<OpenDatabase> {
    let opening = this.#open.get(name);
    if (opening === undefined) {
      opening = this.#openDatabase(name);
      this.#open.set(name, opening);
      opening.catch(() => this.#open.delete(name));
    }
    return opening;
  }

  async #openDatabase(name: string): Promise<OpenDatabase> {
    const { sql } = this.#engines;
    if (sql !== undefined && name !== "world") return closable(await openOn(sql, name));
    const url = urlOf(databaseFolder(this.#home, name));
    // The world's own is asked little and often.
    if (name !== "world") return this.#openThread(name, url);
    const { open } = await import("@faasade/connectors/sql/pglite");
    const driver = await open(url);
    await createTables(driver);
    return closable(driver);
  }

  async #askCopy<Result>(work: (session: SqlSession) => Promise<Result>): Promise<Result> {
    const [folder, copy] = ["world", "world.copy"].map((name) => databaseFolder(this.#home, name)) as [
      string,
      string,
    ];
    const remove = (): Promise<void> => rm(copy, { recursive: true, force: true });
    await remove();
    try {
      // Nobody else has a turn meanwhile, so that the copy is of one moment.
      await (await this.get("world")).transaction(async (session) => {
        await session.execute("checkpoint");
        await copyFolder(folder, copy);
      });
      if (this.#isClosed) throw new FunctionError("unavailable", "Cannot ask the world: it stops.");
      const address = socketAddress(this.#home, "world.copy");
      this.#copy = openDatabaseThread({ url: urlOf(copy), address, token: this.#pipeToken });
      const thread = await this.#copy;
      return await thread.driver.transaction(work).finally(() => thread.close());
    } finally {
      await remove();
    }
  }

  async #openThread(name: string, url: string): Promise<OpenDatabase> {
    const address = socketAddress(this.#home, name.replace("/", "."));
    const thread = await openDatabaseThread({ url, address, token: this.#pipeToken });
    void thread.ended.then((why) => {
      this.#open.delete(name);
      if (why !== undefined) this.#onLost(`The database ${name} is opened anew: ${why}.`);
    });
    return thread;
  }
}

const urlOf = (folder: string): string => pathToFileURL(folder).href.replace(/^file:/, "pglite:");

const closable = (driver: SqlDriver): OpenDatabase => ({ driver, close: () => driver.close() });

/** For the operator alone, who is one at a time: an app's process opens what its own URL names. */
async function openOn(engine: string, name: string): Promise<SqlDriver> {
  await makeSchema(engine, schemaOf(name));
  const { open } = await import("@faasade/connectors/sql/pg");
  return open(databaseUrl({ sql: engine }, name) ?? engine);
}

/** The world's own tables, where they are not there yet. */
export async function createTables(driver: SqlDriver): Promise<void> {
  await driver.execute(schema);
}
