// The sql port: a Postgres database by name, its clients by access.
import type { Resource } from "@faasade/core";
import { checkName, type OnceLedger } from "@faasade/core/adapter";
import { connectSql } from "./client.ts";
import type { SqlDriver, SqlResult, SqlRow, SqlValue, TransactionOptions } from "./driver.ts";
import { JsonValue } from "./encode.ts";
import { type Migration, Migrations } from "./migrations.ts";
import type { PackedRows } from "./packed-rows.ts";

export type { SqlDriver, SqlResult, SqlRow, SqlSession, SqlValue, TransactionOptions } from "./driver.ts";
export { DatabaseError } from "./errors.ts";
export type { Migration } from "./migrations.ts";
export { PackedRows } from "./packed-rows.ts";

/** Reads, in read-only transactions. Every method is a template tag, whose values become parameters, or takes both. */
export interface SqlReader {
  query<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<SqlResult<Row>>;
  query<Row = SqlRow>(text: string, params?: readonly SqlValue[]): Promise<SqlResult<Row>>;
  /** The only row, or undefined. @throws {FunctionError} `internal` when there are more. */
  one<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly SqlValue[]): Promise<Row | undefined>;
  one<Row = SqlRow>(text: string, params?: readonly SqlValue[]): Promise<Row | undefined>;
  /** Rows of a select in constant memory. Outside a transaction it holds one of its own until the loop ends. */
  stream<Row = SqlRow>(strings: TemplateStringsArray, ...values: readonly SqlValue[]): AsyncIterable<Row>;
  stream<Row = SqlRow>(text: string, params?: readonly SqlValue[]): AsyncIterable<Row>;
}

/** Reads and writes; each call outside `transaction` is a transaction of its own. */
export interface SqlWriter extends SqlReader {
  /**
   * All of `work` or nothing. Use the client it is given: the outer one would wait for this transaction to end.
   * Inside a transaction this is a savepoint, one after another, and the options are those of the outermost.
   */
  transaction<Result>(
    work: (tx: SqlWriter) => Promise<Result>,
    options?: TransactionOptions,
  ): Promise<Result>;
  /**
   * Adds rows by COPY, in constant memory and all or none. @returns how many.
   * @param table a name, or `schema.table`.
   */
  copyIn(table: string, columns: readonly string[], rows: RowSource): Promise<number>;
}

export interface SqlLedger extends SqlWriter, OnceLedger<SqlWriter> {}

export type RowSource = Iterable<readonly SqlValue[]> | AsyncIterable<readonly SqlValue[]> | PackedRows;

export type SqlDatabase = Resource<"sql", { read: SqlReader; write: SqlWriter; readWrite: SqlLedger }>;

/** Names a database: `sql("ledger", { migrations: [{ id: "001-init", script: "create table …" }] })`. */
export function sql(name: string, options: { readonly migrations?: readonly Migration[] } = {}): SqlDatabase {
  const migrations = new Migrations(checkName("sql database", name), options.migrations ?? []);
  return {
    kind: "sql",
    name,
    connect: (driver, access, ambient) => connectSql(driver as SqlDriver, migrations, access, ambient),
  };
}

/** Marks a value to be stored as json: needed for arrays and strings, which otherwise are Postgres arrays and text. */
export function asJson(value: unknown): SqlValue {
  return new JsonValue(value);
}
