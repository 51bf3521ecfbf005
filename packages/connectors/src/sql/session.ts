// A transaction over the few calls a driver can make: what begins also ends, and a session outlives it for nobody.
import { FunctionError } from "@faasade/core";
import { streamByCursor } from "./cursor.ts";
import { Deadline, defaultTimeoutSeconds } from "./deadline.ts";
import type { SqlResult, SqlRow, SqlSession, SqlValue } from "./driver.ts";
import { encodeValues } from "./encode.ts";
import { toSqlError } from "./errors.ts";
import { Turns } from "./turns.ts";

export { Deadline, defaultTimeoutSeconds, Turns };

/** What a driver does inside a transaction; parameters come as text, errors may be anything. */
export interface SessionCalls {
  query(text: string, params: readonly (string | null)[]): Promise<SqlResult>;
  /** Behind the savepoint `faasade_copy`, which is there no more when it succeeds. */
  copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  execute(script: string): Promise<void>;
  /** @returns whether it committed; a database rolls back when a statement failed before. */
  commit(): Promise<boolean>;
  rollback(reason: unknown): Promise<void>;
}

/** Runs `work` in a transaction that has begun; at the deadline it is rolled back, whatever `work` is doing. */
export async function runTransaction<Result>(
  calls: SessionCalls,
  work: (session: SqlSession) => Promise<Result>,
  deadline: Deadline,
): Promise<Result> {
  const session = new Session(calls);
  try {
    const result = await deadline.race(work(session));
    await deadline.race(session.end());
    await deadline.race(commit(calls));
    return result;
  } catch (error) {
    const settled = session.abort(error);
    // What hangs is not waited for.
    if (!isTimeout(error)) await deadline.race(settled).catch(() => {});
    await calls.rollback(error);
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof FunctionError && error.code === "timeout";
}

async function commit(calls: SessionCalls): Promise<void> {
  const committed = await mapped(calls.commit());
  if (committed) return;
  throw new FunctionError(
    "internal",
    "Cannot commit: a statement of the transaction failed and was not rethrown.",
  );
}

async function mapped<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    throw toSqlError(error);
  }
}

class Session implements SqlSession {
  readonly #calls: SessionCalls;
  #last: Promise<unknown> = Promise.resolve();
  #ended: FunctionError | undefined;
  #isAborted = false;

  constructor(calls: SessionCalls) {
    this.#calls = calls;
  }

  async query<Row = SqlRow>(text: string, params: readonly SqlValue[] = []): Promise<SqlResult<Row>> {
    const encoded = encodeValues(params);
    return (await this.#inTurn(() => this.#calls.query(text, encoded))) as SqlResult<Row>;
  }

  stream<Row = SqlRow>(text: string, params?: readonly SqlValue[]): AsyncIterable<Row> {
    return streamByCursor<Row>(this, text, params);
  }

  /** A source that fails leaves nothing of the copy and the transaction usable, wherever the rows had got to. */
  async copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const source = new Source(bytes);
    try {
      return await this.#inTurn(() => this.#calls.copyIn(into, source.read()));
    } catch (error) {
      if (!source.failed) throw error;
      await this.query("rollback to savepoint faasade_copy").catch(() => {});
      throw source.error;
    }
  }

  execute(script: string): Promise<void> {
    return this.#inTurn(() => this.#calls.execute(script));
  }

  /** Refuses what is asked from now on. @returns when all that was asked before is done. */
  end(): Promise<unknown> {
    this.#ended ??= new FunctionError(
      "internal",
      "Cannot use this session: its transaction has ended. Await what it does.",
    );
    return this.#last;
  }

  /** Also refuses what still waits for its turn. */
  abort(reason: unknown): Promise<unknown> {
    if (isTimeout(reason)) this.#ended = reason as FunctionError;
    this.#isAborted = true;
    return this.end();
  }

  /** One call at a time: a connection takes no more. */
  #inTurn<Result>(call: () => Promise<Result>): Promise<Result> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const result = this.#last.then(() => {
      if (this.#isAborted) throw this.#ended;
      return mapped(call());
    });
    this.#last = result.catch(() => {});
    return result;
  }
}

/** Remembers what a source throws: whatever a driver makes of it, the caller gets that. */
class Source {
  readonly #bytes: AsyncIterable<Uint8Array>;
  failed = false;
  error: unknown;

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#bytes = bytes;
  }

  async *read(): AsyncGenerator<Uint8Array, void> {
    try {
      yield* this.#bytes;
    } catch (error) {
      this.failed = true;
      this.error = error;
      throw error;
    }
  }
}
