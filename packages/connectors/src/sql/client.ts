// The clients of the sql port, over a driver for one invocation or inside a transaction.

import type { Access } from "@faasade/core";
import { type Ambient, FunctionError } from "@faasade/core";
import { type Effects, seenOnce } from "@faasade/core/adapter";
import { copyTarget, encodeRows } from "./copy.ts";
import type { SqlDriver, SqlResult, SqlRow, SqlSession, TransactionOptions } from "./driver.ts";
import type { RowSource, SqlLedger, SqlReader, SqlWriter } from "./index.ts";
import type { Migrations } from "./migrations.ts";
import { claimOnce, onceTable } from "./once.ts";
import { type StatementInput, toStatement } from "./statement.ts";

/** Runs work in a session: of a new transaction, or of the one under way. */
type Perform = <Result>(
  work: (session: SqlSession) => Promise<Result>,
  options?: TransactionOptions,
) => Promise<Result>;

export function connectSql(
  driver: SqlDriver,
  migrations: Migrations,
  access: Access,
  ambient: Ambient,
): SqlReader | SqlWriter | SqlLedger {
  const perform: Perform = async (work, options) => {
    await migrations.apply(driver, ambient.clock);
    const timeoutSeconds = Math.max(1, (ambient.deadline - ambient.clock.now()) / 1000);
    return driver.transaction(work, { readOnly: access === "read", timeoutSeconds, ...options });
  };
  if (access === "read") return new ReadClient(perform);
  return access === "write" ? new WriteClient(perform) : new LedgerClient(perform, driver, ambient);
}

class ReadClient implements SqlReader {
  protected readonly perform: Perform;

  constructor(perform: Perform) {
    this.perform = perform;
  }

  query<Row = SqlRow>(...input: StatementInput): Promise<SqlResult<Row>> {
    const { text, params } = toStatement(input);
    return this.perform((session) => session.query<Row>(text, params));
  }

  async one<Row = SqlRow>(...input: StatementInput): Promise<Row | undefined> {
    const { rows } = await this.query<Row>(...input);
    if (rows.length <= 1) return rows[0];
    throw new FunctionError(
      "internal",
      `Cannot take one row: the statement returned ${rows.length}. Narrow it, or use query.`,
    );
  }

  async *stream<Row = SqlRow>(...input: StatementInput): AsyncGenerator<Row, void> {
    const { text, params } = toStatement(input);
    const { promise: begun, resolve: begin, reject: refuse } = Promise.withResolvers<SqlSession>();
    const { promise: read, resolve: end } = Promise.withResolvers<void>();
    const transaction = this.perform((session) => {
      begin(session);
      return read;
    });
    transaction.catch(refuse);
    try {
      yield* (await begun).stream<Row>(text, params);
    } finally {
      end();
    }
    await transaction;
  }
}

class WriteClient extends ReadClient implements SqlWriter {
  transaction<Result>(
    work: (tx: SqlWriter) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result> {
    return this.perform((session) => work(new InnerClient(session)), options);
  }

  copyIn(table: string, columns: readonly string[], rows: RowSource): Promise<number> {
    const into = copyTarget(table, columns);
    return this.perform((session) => session.copyIn(into, encodeRows(rows, columns.length)));
  }
}

class LedgerClient extends WriteClient implements SqlLedger {
  readonly #driver: SqlDriver;
  readonly #ambient: Ambient;

  constructor(perform: Perform, driver: SqlDriver, ambient: Ambient) {
    super(perform);
    this.#driver = driver;
    this.#ambient = ambient;
  }

  async [seenOnce]<Result>(
    keys: readonly string[],
    effects: (client: SqlWriter, fresh: readonly string[]) => Promise<Effects<Result>>,
  ): Promise<Result | undefined> {
    await onceTable.ensure(this.#driver);
    return this.perform((session) =>
      claimOnce(session, keys, this.#ambient.clock.now(), (fresh) =>
        effects(new InnerClient(session), fresh),
      ),
    );
  }
}

/** A client inside a transaction. */
class InnerClient extends WriteClient {
  readonly #session: SqlSession;
  #savepoints = 0;

  constructor(session: SqlSession) {
    super((work) => work(session));
    this.#session = session;
  }

  override async transaction<Result>(work: (tx: SqlWriter) => Promise<Result>): Promise<Result> {
    this.#savepoints += 1;
    const savepoint = `faasade_${this.#savepoints}`;
    await this.#session.query(`savepoint ${savepoint}`);
    try {
      const result = await work(this);
      await this.#session.query(`release savepoint ${savepoint}`);
      return result;
    } catch (error) {
      await this.#session.query(`rollback to savepoint ${savepoint}`);
      throw error;
    }
  }
}
