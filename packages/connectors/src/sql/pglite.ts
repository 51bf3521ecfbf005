// Postgres inside this process (PGlite): one session, so whole transactions wait for their turn.

import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { PGlite } from "@electric-sql/pglite";
import { FunctionError } from "@faasade/core";
import { beginScript } from "./begin.ts";
import { Breath } from "./breath.ts";
import { wholeRows } from "./copy-rows.ts";
import { Deadline } from "./deadline.ts";
import { decoders } from "./decode.ts";
import type { SqlDriver, SqlResult, SqlSession, TransactionOptions } from "./driver.ts";
import { breakOwnLock, lockFile } from "./lock-file.ts";
import { forgetNew, placeNew } from "./new-database.ts";
import { runTransaction, type SessionCalls } from "./session.ts";
import { Turns } from "./turns.ts";

const copyBytesAtOnce = 1 << 20;

/** Each database takes as much memory; Postgres's own 128 MB are filled at the start, and bring little: docs/decisions/0026. */
const sharedBuffers = "32MB";

/**
 * Opens `pglite:///absolute/folder`, made when it is not there, or `pglite:` in memory.
 * @throws {FunctionError} `unavailable` naming the process that has the folder open: a second one would lose data.
 */
export async function open(url: string): Promise<SqlDriver> {
  const folder = folderOf(url);
  if (folder === undefined) return new PgliteDriver(await create(), () => {});
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lockFile(`${folder}.lock`);
  const isNew = !existsSync(folder);
  try {
    if (isNew) await placeNew(folder, make);
    return new PgliteDriver(await create(folder), unlock);
  } catch (error) {
    if (isNew) await forgetNew(folder);
    unlock();
    throw error;
  }
}

/** Whoever of this process had the folder open is no more: a thread that died gives nothing back. */
export async function forgetHolder(url: string): Promise<void> {
  const folder = folderOf(url);
  if (folder !== undefined) breakOwnLock(`${folder}.lock`);
}

function folderOf(url: string): string | undefined {
  if (url === "pglite:") return undefined;
  if (!/^pglite:\/\/\/./.test(url)) {
    throw new TypeError(
      // The rest may hold a password.
      `Cannot open ${JSON.stringify(url.replace(/:.*$/s, ":…"))}: this driver takes pglite:///absolute/folder or pglite: alone.`,
    );
  }
  return fileURLToPath(url.replace(/^pglite:/, "file:"));
}

/** Without the templates of further databases, which are two thirds of the files of a new one. */
async function make(folder: string): Promise<void> {
  const database = await create(folder);
  for (const template of ["template0", "template1"]) {
    await database.exec(`alter database ${template} is_template false`);
    await database.exec(`drop database ${template}`);
  }
  await database.close();
}

async function create(folder?: string): Promise<PGlite> {
  const { PGlite } = await import("@electric-sql/pglite");
  const database = await PGlite.create(folder ?? "memory://", {
    startParams: [...PGlite.defaultStartParams, "-c", `shared_buffers=${sharedBuffers}`],
    // Parameters come as text already; PGlite would want bytes for bytea.
    serializers: { 17: (text: string) => text },
  });
  // After its start, because that sets the parsers of arrays.
  Object.assign(database.parsers, decoders);
  return database;
}

class PgliteDriver implements SqlDriver {
  readonly #database: PGlite;
  readonly #unlock: () => void;
  readonly #turns = new Turns();
  // Nothing in PGlite ever waits for a timer or a socket, so without these no deadline would pass.
  readonly #breath = new Breath();
  #closing: Promise<void> | undefined;

  constructor(database: PGlite, unlock: () => void) {
    this.#database = database;
    this.#unlock = unlock;
  }

  async transaction<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    if (this.#closing !== undefined)
      throw new FunctionError("unavailable", "Cannot begin a transaction: the database is closed.");
    const deadline = new Deadline(options);
    try {
      return await this.#turns.take(deadline, async () => {
        await this.#breath.take();
        await this.#database.exec(beginScript(options));
        return runTransaction(new PgliteCalls(this.#database, this.#breath), work, deadline);
      });
    } finally {
      deadline.clear();
    }
  }

  execute(script: string): Promise<void> {
    return this.transaction((session) => session.execute(script));
  }

  /** Waits for the transactions that are under way or in line. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const deadline = new Deadline({ timeoutSeconds: 60 });
    try {
      await this.#turns.take(deadline, () => this.#database.close());
    } finally {
      deadline.clear();
      this.#unlock();
    }
  }
}

class PgliteCalls implements SessionCalls {
  readonly #database: PGlite;
  readonly #breath: Breath;
  #isOver = false;

  constructor(database: PGlite, breath: Breath) {
    this.#database = database;
    this.#breath = breath;
  }

  async query(text: string, params: readonly (string | null)[]): Promise<SqlResult> {
    await this.#breath.take();
    this.#mustNotBeOver();
    const { rows, rowCount } = await this.#database.query<Record<string, unknown>>(text, [...params]);
    return { rows, count: rowCount ?? rows.length };
  }

  async copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    let count = 0;
    this.#mustNotBeOver();
    await this.#database.exec("savepoint faasade_copy");
    for await (const piece of wholeRows(bytes, copyBytesAtOnce)) {
      await this.#breath.take();
      this.#mustNotBeOver();
      const blob = new Blob([piece as Uint8Array<ArrayBuffer>]);
      const { rowCount } = await this.#database.query(`copy ${into} from '/dev/blob'`, [], { blob });
      count += rowCount ?? 0;
    }
    this.#mustNotBeOver();
    await this.#database.exec("release savepoint faasade_copy");
    return count;
  }

  async execute(script: string): Promise<void> {
    await this.#database.exec(script);
  }

  async commit(): Promise<boolean> {
    this.#isOver = true;
    const [result] = await this.#database.exec("commit");
    return result?.command === "COMMIT";
  }

  async rollback(): Promise<void> {
    this.#isOver = true;
    await this.#database.exec("rollback");
  }

  /** What comes late must not run outside the transaction it was meant for. */
  #mustNotBeOver(): void {
    if (this.#isOver)
      throw new FunctionError("internal", "Cannot run a statement: its transaction has ended.");
  }
}
