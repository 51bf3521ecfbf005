// What a driver of the sql port must do: Postgres, in one process or over the wire.

/** Values a parameter or column may have; bytea is `Uint8Array`, json parsed, int8 and numeric text, dates `Date`. */
export type SqlValue = unknown;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqlResult<Row = SqlRow> {
  readonly rows: readonly Row[];
  /** Rows inserted, updated, deleted or returned. */
  readonly count: number;
}

/** One session inside a transaction; refuses everything once the transaction has ended. */
export interface SqlSession {
  /** One statement. @throws {FunctionError} `conflict`, `forbidden`, `unavailable`, `timeout`, `internal`. */
  query<Row = SqlRow>(text: string, params?: readonly SqlValue[]): Promise<SqlResult<Row>>;
  /** Rows of a select as they come, in constant memory; other statements may run meanwhile. */
  stream<Row = SqlRow>(text: string, params?: readonly SqlValue[]): AsyncIterable<Row>;
  /**
   * `COPY <into> FROM STDIN`, with the bytes of Postgres' text format. @returns the number of rows.
   * @param into quoted table and columns, such as `"readings" ("at", "value")`.
   */
  copyIn(into: string, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** Statements without parameters, such as a migration. */
  execute(script: string): Promise<void>;
}

export interface TransactionOptions {
  readonly readOnly?: boolean;
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  /** How long the transaction may take, waiting for its turn included. Default: 30. */
  readonly timeoutSeconds?: number;
}

export interface SqlDriver {
  /**
   * Commits when `work` resolves, rolls back when it rejects. The session's time zone is UTC.
   * @throws {FunctionError} `unavailable`, `conflict`, `timeout`, and whatever `work` throws.
   */
  transaction<Result>(
    work: (session: SqlSession) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /** Runs statements of a script in one transaction of their own. */
  execute(script: string): Promise<void>;
  close(): Promise<void>;
}
