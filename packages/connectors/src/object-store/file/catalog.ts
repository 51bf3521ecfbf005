// The catalog of a store in a folder: which content each key has, and what changed. One SQLite database, so that an
// object and its change become visible in one transaction, whichever process writes and whenever it dies.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import type { ObjectChange } from "../driver.ts";

export interface Entry {
  readonly key: string;
  /** Names the file with the content. */
  readonly version: string;
  readonly size: number;
  readonly etag: string;
  readonly contentType: string;
  readonly modifiedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface RecordedChange extends ObjectChange {
  readonly sequence: number;
}

const busyMilliseconds = 10_000;
const layout = 1;

// WITHOUT ROWID orders by the key itself: SQLite compares text by its UTF-8 bytes.
const tables = `
  create table if not exists objects (
    key text primary key, version text not null, size integer not null, etag text not null,
    content_type text not null, modified_at integer not null, metadata text not null
  ) strict, without rowid;
  create table if not exists unreferenced (version text primary key, since integer not null) strict, without rowid;
  create table if not exists changes (
    sequence integer primary key autoincrement, change text not null, key text not null, version text not null,
    size integer, etag text, at integer not null, traceparent text
  ) strict;
  pragma user_version = ${layout};
`;

type Row = Record<string, SQLOutputValue>;

/** Every method is one short synchronous step; `write` makes several one transaction. */
export class Catalog {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(key: string): Entry | undefined {
    const row = this.#prepare("select * from objects where key = ?").get(key);
    return row === undefined ? undefined : entryOf(row);
  }

  /** Up to `limit` entries behind `after`, starting with `prefix`. */
  list(prefix: string, after: string, limit: number): Entry[] {
    const statement = this.#prepare("select * from objects where key > ? and key >= ? order by key limit ?");
    const rows = statement.all(after, prefix, limit).map(entryOf);
    const end = rows.findIndex(({ key }) => !key.startsWith(prefix));
    return end === -1 ? rows : rows.slice(0, end);
  }

  replace(entry: Entry): void {
    const { key, version, size, etag, contentType, modifiedAt, metadata } = entry;
    const statement = this.#prepare("insert or replace into objects values (?, ?, ?, ?, ?, ?, ?)");
    statement.run(key, version, size, etag, contentType, modifiedAt, JSON.stringify(metadata));
  }

  remove(key: string): void {
    this.#prepare("delete from objects where key = ?").run(key);
  }

  /** Notes a version that no object has: its content is being written, or is to be removed. */
  noteUnreferenced(version: string, since: number): void {
    this.#prepare("insert into unreferenced values (?, ?)").run(version, since);
  }

  /** @returns whether it was noted; false means that a sweep took it. */
  forgetUnreferenced(version: string): boolean {
    return this.#prepare("delete from unreferenced where version = ?").run(version).changes === 1;
  }

  unreferenced(before: number): string[] {
    const rows = this.#prepare("select version from unreferenced where since < ?").all(before);
    return rows.map(({ version }) => String(version));
  }

  record({ change, key, version, size, etag, at, traceparent }: ObjectChange): void {
    const columns = "change, key, version, size, etag, at, traceparent";
    const statement = this.#prepare(`insert into changes (${columns}) values (?, ?, ?, ?, ?, ?, ?)`);
    statement.run(change, key, version, size ?? null, etag ?? null, at, traceparent ?? null);
  }

  /** The oldest changes, in the order in which they became visible. */
  changes(limit: number): RecordedChange[] {
    return this.#prepare("select * from changes order by sequence limit ?").all(limit).map(changeOf);
  }

  forget(sequence: number): void {
    this.#prepare("delete from changes where sequence = ?").run(sequence);
  }

  /** All of `work` or nothing, alone among all processes. */
  write<Result>(work: () => Result): Result {
    this.#database.exec("begin immediate");
    try {
      const result = work();
      this.#database.exec("commit");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("rollback");
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #prepare(text: string): StatementSync {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.#database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

/**
 * Opens the catalog of a folder, made if need be.
 * @throws {Error} on a folder of another layout, or a Node.js without SQLite.
 */
export async function openCatalog(root: string): Promise<Catalog> {
  const sqlite = process.getBuiltinModule("node:sqlite");
  if (sqlite === undefined)
    throw new Error(`Cannot open ${root}: the file driver needs Node.js 22.13 or newer.`);
  await mkdir(root, { recursive: true });
  const database = new sqlite.DatabaseSync(join(root, "catalog.db"), { timeout: busyMilliseconds });
  try {
    await whenFree(() => {
      database.exec("pragma journal_mode = wal; pragma synchronous = full");
      const { user_version: found } = database.prepare("pragma user_version").get() as {
        user_version: number;
      };
      if (found !== 0 && found !== layout) {
        throw new Error(`Cannot open ${root}: its catalog has layout ${found}, this driver knows ${layout}.`);
      }
      if (found === 0) database.exec(`begin immediate; ${tables}; commit`);
    });
  } catch (error) {
    database.close();
    throw error;
  }
  return new Catalog(database);
}

/** SQLite does not wait by itself while the first opener changes the journal mode. */
async function whenFree(step: () => void): Promise<void> {
  const deadline = performance.now() + busyMilliseconds;
  for (;;) {
    try {
      return step();
    } catch (error) {
      const busy = (error as { errcode?: number }).errcode;
      if (busy === undefined || (busy & 0xff) !== 5 || performance.now() > deadline) throw error;
      await wait(20);
    }
  }
}

function entryOf(row: Row): Entry {
  return {
    key: String(row["key"]),
    version: String(row["version"]),
    size: Number(row["size"]),
    etag: String(row["etag"]),
    contentType: String(row["content_type"]),
    modifiedAt: Number(row["modified_at"]),
    metadata: JSON.parse(String(row["metadata"])) as Record<string, string>,
  };
}

function changeOf(row: Row): RecordedChange {
  const { size, etag, traceparent } = row;
  return {
    sequence: Number(row["sequence"]),
    change: row["change"] === "removed" ? "removed" : "created",
    key: String(row["key"]),
    version: String(row["version"]),
    ...(size === null ? {} : { size: Number(size) }),
    ...(etag === null ? {} : { etag: String(etag) }),
    at: Number(row["at"]),
    ...(traceparent === null ? {} : { traceparent: String(traceparent) }),
  };
}
