// The sql driver of an app's process: whole transactions over a pipe to the host, which owns the database.
import type { SqlDriver, SqlResult, SqlSession, TransactionOptions } from "@faasade/connectors/sql";
import { Deadline, runTransaction, type SessionCalls, Turns } from "@faasade/connectors/sql/session";
import { FunctionError } from "@faasade/core";
import { Connection } from "./connection.ts";
import { type Hello, more } from "./frames.ts";

/**
 * Opens `pipe:<socket or named pipe>?database=<name>`. The host's token is read from FAASADE_PIPE_TOKEN.
 * @throws {FunctionError} `unavailable` when the host is not there, `unauthenticated` when the token is wrong.
 */
export async function open(url: string): Promise<SqlDriver> {
  const [, address, name] = /^pipe:([^?]+)\?database=(.+)$/.exec(url) ?? [];
  if (address === undefined || name === undefined) {
    throw new TypeError(`Cannot open ${schemeOf(url)}: this driver takes pipe:<address>?database=<name>.`);
  }
  return openPipe(address, decodeURIComponent(name), process.env["FAASADE_PIPE_TOKEN"] ?? "");
}

/** The rest may hold a password. */
const schemeOf = (url: string): string => JSON.stringify(url.replace(/:.*$/s, ":…"));

/** @throws {FunctionError} as `open` does. */
export async function openPipe(address: string, database: string, token: string): Promise<SqlDriver> {
  const driver = new PipeDriver(address, { database, token });
  await driver.probe();
  return driver;
}

class PipeDriver implements SqlDriver {
  readonly #address: string;
  readonly #hello: Hello;
  /** The database takes one transaction after another; here they wait by the order in which they asked. */
  readonly #turns = new Turns();
  /** Where the host said that the database is served. */
  #at: string | undefined;
  #connection: Promise<Connection> | undefined;
  #isClosed = false;

  constructor(address: string, hello: Hello) {
    this.#address = address;
    this.#hello = hello;
  }

  async probe(): Promise<void> {
    await this.#connect();
  }

  async transaction<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const deadline = new Deadline(options);
    try {
      return await this.#turns.take(deadline, () => this.#run(work, options, deadline));
    } finally {
      deadline.clear();
    }
  }

  execute(script: string): Promise<void> {
    return this.transaction((session) => session.execute(script));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    (await this.#known())?.end();
  }

  async #run<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions,
    deadline: Deadline,
  ): Promise<Result> {
    const connection = await deadline.race(this.#connect());
    const calls = new PipeCalls(connection);
    try {
      await deadline.race(connection.ask({ ask: "begin", options }));
      return await runTransaction(calls, work, deadline);
    } finally {
      // The other end rolls back, as it does when this process dies.
      if (!calls.hasEnded) connection.end();
    }
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) {
      throw new FunctionError("unavailable", "Cannot begin a transaction: the database is closed.");
    }
    const known = await this.#known();
    if (known?.isOpen) return known;
    this.#connection = this.#reach();
    return this.#connection;
  }

  async #known(): Promise<Connection | undefined> {
    return this.#connection?.catch(() => undefined);
  }

  async #reach(): Promise<Connection> {
    if (this.#at !== undefined) {
      const direct = await this.#greet(this.#at).catch(() => undefined);
      if (direct instanceof Connection) return direct;
      // Whoever served it there is gone; the host knows who does now.
    }
    const answer = await this.#greet(this.#address);
    if (answer instanceof Connection) return answer;
    this.#at = answer;
    return (await this.#greet(answer)) as Connection;
  }

  /** A connection to the database, or where else it is served. */
  async #greet(address: string): Promise<Connection | string> {
    const connection = await Connection.open(address);
    const elsewhere = await connection.greet(this.#hello);
    if (typeof elsewhere !== "string") return connection;
    connection.end();
    return elsewhere;
  }
}

class PipeCalls implements SessionCalls {
  readonly #connection: Connection;
  #hasEnded = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The host said so, and waits for the next transaction. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  async query(text: string, params: readonly (string | null)[]): Promise<SqlResult> {
    return (await this.#connection.ask({ ask: "query", text, params })) as SqlResult;
  }

  async copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const connection = this.#connection;
    let answer = await connection.ask({ ask: "copy", into });
    let isSource = true;
    try {
      for await (const piece of bytes) {
        isSource = false;
        answer = await connection.ask({ ask: "bytes", bytes: piece });
        isSource = true;
      }
    } catch (error) {
      if (isSource) await connection.ask({ ask: "abandon" }).catch(() => {});
      throw error;
    }
    if (answer === more) answer = await connection.ask({ ask: "bytes", bytes: undefined });
    return answer as number;
  }

  async execute(script: string): Promise<void> {
    await this.#connection.ask({ ask: "execute", script });
  }

  async commit(): Promise<boolean> {
    await this.#connection.ask({ ask: "commit" });
    this.#hasEnded = true;
    return true;
  }

  async rollback(): Promise<void> {
    if (this.#connection.isBusy) return;
    try {
      await this.#connection.ask({ ask: "rollback" });
      this.#hasEnded = true;
    } catch {
      // The host rolls back what it loses.
    }
  }
}
