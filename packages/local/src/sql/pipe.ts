// The sql driver of an app's process: whole transactions over a pipe to the host, which owns the database.
import type { SqlDriver, SqlResult, SqlSession, TransactionOptions } from "@faasade/connectors/sql";
import { Deadline, runTransaction, type SessionCalls } from "@faasade/connectors/sql/session";
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
    throw new TypeError(
      `Cannot open ${JSON.stringify(url)}: this driver takes pipe:<address>?database=<name>.`,
    );
  }
  return openPipe(address, decodeURIComponent(name), process.env["FAASADE_PIPE_TOKEN"] ?? "");
}

/** @throws {FunctionError} as `open` does. */
export async function openPipe(address: string, database: string, token: string): Promise<SqlDriver> {
  const driver = new PipeDriver(address, { database, token });
  await driver.probe();
  return driver;
}

class PipeDriver implements SqlDriver {
  /** The host's, until that one says where the database is served. */
  #address: string;
  readonly #hello: Hello;
  readonly #idle: Connection[] = [];
  readonly #all = new Set<Connection>();
  #isClosed = false;

  constructor(address: string, hello: Hello) {
    this.#address = address;
    this.#hello = hello;
  }

  async probe(): Promise<void> {
    this.#keep(await this.#connect());
  }

  async transaction<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options: TransactionOptions = {},
  ): Promise<Result> {
    const deadline = new Deadline(options);
    const connecting = this.#connect();
    try {
      const connection = await deadline.race(connecting);
      await deadline.race(connection.ask({ ask: "begin", options }));
      const calls = new PipeCalls(connection);
      try {
        return await runTransaction(calls, work, deadline);
      } finally {
        if (calls.hasEnded) this.#keep(connection);
      }
    } finally {
      deadline.clear();
      // Where it did not end the host rolls back, as it does when this process dies.
      connecting.then(
        (connection) => this.#idle.includes(connection) || this.#drop(connection),
        () => {},
      );
    }
  }

  execute(script: string): Promise<void> {
    return this.transaction((session) => session.execute(script));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#all) connection.end();
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) {
      throw new FunctionError("unavailable", "Cannot begin a transaction: the database is closed.");
    }
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isOpen) return idle;
      this.#all.delete(idle);
    }
    const connection = await Connection.open(this.#address);
    this.#all.add(connection);
    const elsewhere = await connection.greet(this.#hello);
    if (typeof elsewhere !== "string") return connection;
    this.#drop(connection);
    this.#address = elsewhere;
    return this.#connect();
  }

  #keep(connection: Connection): void {
    if (this.#isClosed) this.#drop(connection);
    else this.#idle.push(connection);
  }

  #drop(connection: Connection): void {
    this.#all.delete(connection);
    connection.end();
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
