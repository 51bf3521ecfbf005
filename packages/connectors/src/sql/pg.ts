// Postgres over the wire: a small pool, each transaction on a connection of its own.
import { FunctionError } from "@faasade/core";
import type { Pool, PoolClient } from "pg";
import { beginScript } from "./begin.ts";
import { Deadline } from "./deadline.ts";
import { decoders } from "./decode.ts";
import type { SqlDriver, SqlResult, SqlSession, TransactionOptions } from "./driver.ts";
import { toSqlError } from "./errors.ts";
import { CopyIn } from "./pg-copy.ts";
import { runTransaction, type SessionCalls } from "./session.ts";

const asText = (text: string) => text;

/**
 * Opens `postgres://user@host:5432/database?poolSize=5`, with the other parameters `pg` knows, such as `sslmode`. The
 * password may stand in the URL, better in `PGPASSWORD` or a `.pgpass` file; no message ever shows it.
 */
export async function open(url: string): Promise<SqlDriver> {
  const { connectionString, poolSize } = readUrl(url);
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "faasade",
    types: { getTypeParser: (oid: number) => decoders[oid] ?? asText },
  });
  // A connection that breaks while it is idle: the next transaction takes another one.
  pool.on("error", () => {});
  return new PgDriver(pool);
}

function readUrl(url: string): { connectionString: string; poolSize: number } {
  const parsed = URL.parse(url);
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    // Not even a part of it is shown: it may hold a password.
    throw new TypeError("Cannot open a database: this driver takes postgres://user@host:port/database.");
  }
  const poolSize = Number(parsed.searchParams.get("poolSize") ?? 5);
  if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > 1000) {
    throw new TypeError("Cannot open a database: poolSize should be a whole number from 1 to 1000.");
  }
  parsed.searchParams.delete("poolSize");
  return { connectionString: parsed.href, poolSize };
}

class PgDriver implements SqlDriver {
  readonly #pool: Pool;
  #closing: Promise<void> | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async transaction<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const deadline = new Deadline(options);
    try {
      const client = await this.#connect(deadline);
      const calls = new PgCalls(client);
      try {
        await calls.begin(options, deadline);
        return await runTransaction(calls, work, deadline);
      } finally {
        calls.giveBack();
      }
    } finally {
      deadline.clear();
    }
  }

  execute(script: string): Promise<void> {
    return this.transaction((session) => session.execute(script));
  }

  /** Waits for the transactions that are under way. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  async #connect(deadline: Deadline): Promise<PoolClient> {
    if (this.#closing !== undefined) {
      throw new FunctionError("unavailable", "Cannot begin a transaction: the database is closed.");
    }
    const connecting = this.#pool.connect();
    try {
      return await deadline.race(connecting);
    } catch (error) {
      connecting.then(
        (client) => client.release(),
        () => {},
      );
      throw toSqlError(error);
    }
  }
}

class PgCalls implements SessionCalls {
  readonly #client: PoolClient;
  #broken: Error | undefined;

  constructor(client: PoolClient) {
    this.#client = client;
    client.on("error", this.#onError);
  }

  /** The server keeps the deadline too: it ends a statement that nobody waits for, or a session that went silent. */
  async begin(options: TransactionOptions, deadline: Deadline): Promise<void> {
    const limit = deadline.remainingMilliseconds;
    const limits = `set local statement_timeout = ${limit}; set local idle_in_transaction_session_timeout = ${limit + 1000}`;
    try {
      await deadline.race(this.#client.query(`${beginScript(options)}; ${limits}`));
    } catch (error) {
      this.#broken = error as Error;
      throw toSqlError(error);
    }
  }

  async query(text: string, params: readonly (string | null)[]): Promise<SqlResult> {
    const { rows, rowCount } = await this.#client.query({ text, values: [...params] });
    return { rows, count: rowCount ?? rows.length };
  }

  async copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    // In one exchange: at each of three the server would wait for this process to have a moment.
    const statements = `savepoint faasade_copy; copy ${into} from stdin; release savepoint faasade_copy`;
    const copy = new CopyIn(statements, bytes);
    this.#client.query(copy);
    return copy.done;
  }

  async execute(script: string): Promise<void> {
    await this.#client.query(script);
  }

  async commit(): Promise<boolean> {
    const { command } = await this.#client.query("commit");
    return command === "COMMIT";
  }

  /** After its deadline a connection may be busy, so it is cut; the server rolls back what it loses. */
  async rollback(reason: unknown): Promise<void> {
    if (reason instanceof FunctionError && reason.code === "timeout") {
      this.#broken ??= reason;
      return;
    }
    const deadline = new Deadline({ timeoutSeconds: 5 });
    try {
      await deadline.race(this.#client.query("rollback"));
    } catch (error) {
      this.#broken ??= error as Error;
    } finally {
      deadline.clear();
    }
  }

  giveBack(): void {
    this.#client.off("error", this.#onError);
    this.#client.release(this.#broken);
  }

  readonly #onError = (error: Error) => {
    this.#broken = error;
  };
}
