// The world's own database: queues, the journal, due times; the apps' databases stand beside it.
import { pathToFileURL } from "node:url";
import type { SqlDriver } from "@faasade/connectors/sql";
import { databaseUrl, type Engines, schemaOf } from "../engines/engines.ts";
import { makeSchema } from "../engines/make-schema.ts";
import { databaseFolder, type Home } from "../home.ts";

const schema = `
  create table if not exists journal (sequence bigint primary key, entry jsonb not null);
  create table if not exists accepted_events (id text primary key, accepted_at bigint not null);
  create table if not exists due_times (job text primary key, last_due bigint not null);
  create table if not exists world (key text primary key, value jsonb not null);
  create table if not exists seen_objects (
    store text not null, key text collate "C" not null, mark text not null, primary key (store, key)
  );
`;

/** Every database of the world by name, opened when first asked for: `world`, or `app/name` of an app. */
export class Databases {
  readonly #home: Home;
  readonly #engines: Engines;
  readonly #open = new Map<string, Promise<SqlDriver>>();

  constructor(home: Home, engines: Engines = {}) {
    this.#home = home;
    this.#engines = engines;
  }

  get(name: string): Promise<SqlDriver> {
    let opening = this.#open.get(name);
    if (opening === undefined) {
      opening = this.#openDatabase(name);
      this.#open.set(name, opening);
      opening.catch(() => this.#open.delete(name));
    }
    return opening;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    for (const result of opened) if (result.status === "fulfilled") await result.value.close();
  }

  async #openDatabase(name: string): Promise<SqlDriver> {
    const { sql } = this.#engines;
    if (sql !== undefined && name !== "world") return openOn(sql, name);
    const folder = databaseFolder(this.#home, name);
    const { open } = await import("@faasade/connectors/sql/pglite");
    const driver = await open(pathToFileURL(folder).href.replace(/^file:/, "pglite:"));
    if (name === "world") await createTables(driver);
    return driver;
  }
}

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
