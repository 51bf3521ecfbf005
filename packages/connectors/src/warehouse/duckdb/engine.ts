// One query in an instance of its own, locked before the query's text is looked at.
import { join, sep } from "node:path";
import {
  type DuckDBConnection,
  DuckDBInstance,
  type DuckDBPreparedStatement,
  type DuckDBValue,
  StatementType,
} from "@duckdb/node-api";
import { FunctionError } from "@faasade/core";
import type { ParquetType } from "@faasade/formats/parquet";
import type { DriverQuery, WarehouseResult, WarehouseValue } from "../driver.ts";
import type { LocalTable } from "./download.ts";
import { explainFailure } from "./failure.ts";
import { readAmount } from "./profile.ts";

export interface EngineOptions {
  readonly memoryMiB: number;
  readonly threads: number;
}

const types: Readonly<Record<ParquetType, string>> = {
  text: "VARCHAR",
  integer: "INTEGER",
  number: "DOUBLE",
  boolean: "BOOLEAN",
  timestamp: "TIMESTAMP",
  date: "DATE",
};

export async function runSandboxed(
  folder: string,
  tables: readonly LocalTable[],
  query: DriverQuery,
  { memoryMiB, threads }: EngineOptions,
): Promise<Omit<WarehouseResult, "given">> {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    memory_limit: `${memoryMiB}MiB`,
    threads: String(threads),
    temp_directory: "",
  });
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  query.signal.addEventListener("abort", interrupt);
  try {
    for (const table of tables) await connection.run(definitionOf(table));
    const profile = join(folder, "profile.json");
    for (const setting of lock(folder, profile)) await connection.run(setting);
    query.signal.throwIfAborted();
    const result = await select(connection, query);
    return { ...result, scanned: await readAmount(profile) };
  } catch (error) {
    throw explainFailure(error, folder);
  } finally {
    query.signal.removeEventListener("abort", interrupt);
    connection.closeSync();
    instance.closeSync();
  }
}

/** Whoever writes the text can read the tables and nothing else: https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview */
function lock(folder: string, profile: string): readonly string[] {
  return [
    `pragma enable_profiling = 'json'`,
    `set profiling_output = ${text(profile)}`,
    `set custom_profiling_settings = '{"TOTAL_BYTES_READ": "true", "OPERATOR_TYPE": "true", "EXTRA_INFO": "true"}'`,
    // Else it looks for secrets in the home folder, and says where that is.
    "set allow_persistent_secrets = false",
    `set secret_directory = ${text(folder)}`,
    `set allowed_directories = [${text(folder + sep)}]`,
    "set enable_external_access = false",
    "set lock_configuration = true",
  ];
}

function definitionOf({ name, columns, partitionedBy, paths }: LocalTable): string {
  const all = partitionedBy === undefined ? columns : [...columns, partitionedBy];
  if (paths.length === 0) {
    const empty = all.map((column) => `cast(null as ${types[column.type]}) as ${identifier(column.name)}`);
    return `create view ${identifier(name)} as select ${empty.join(", ")} where false`;
  }
  const hive =
    partitionedBy === undefined
      ? "hive_partitioning = false"
      : `hive_partitioning = true, hive_types = {${text(partitionedBy.name)}: ${types[partitionedBy.type]}}`;
  const files = `read_parquet([${paths.map(text).join(", ")}], ${hive}, union_by_name = true)`;
  return `create view ${identifier(name)} as select * from ${files}`;
}

async function select(
  connection: DuckDBConnection,
  { text: statement, params, maxRows }: DriverQuery,
): Promise<Omit<WarehouseResult, "given" | "scanned">> {
  const prepared = await prepareSelect(connection, statement);
  prepared.bind(params.map(toDuckdb));
  const reader = await prepared.streamAndReadUntil(maxRows + 1);
  if (reader.currentRowCount > maxRows) {
    const message = `Cannot return more than ${maxRows} rows. Aggregate or limit them, or raise maxRows.`;
    throw new FunctionError("too_large", message);
  }
  const names = reader.deduplicatedColumnNames();
  return {
    columns: names.map((name, index) => ({ name, type: String(reader.columnType(index)) })),
    rows: reader.getRowObjectsJson(),
  };
}

/** The first thing the text is asked: whether it is one select. */
async function prepareSelect(
  connection: DuckDBConnection,
  statement: string,
): Promise<DuckDBPreparedStatement> {
  const statements = await connection.extractStatements(statement).catch((cause: Error) => {
    throw new FunctionError("invalid", `Cannot run the query: it is no SQL. ${cause.message}`, { cause });
  });
  if (statements.count !== 1) {
    throw new FunctionError("invalid", `Cannot run ${statements.count} statements: write one select.`);
  }
  const prepared = await statements.prepare(0);
  if (prepared.statementType === StatementType.SELECT) return prepared;
  const found = StatementType[prepared.statementType] ?? "statement";
  throw new FunctionError("forbidden", `Cannot run a ${found.toLowerCase()}: only a select may be run here.`);
}

function toDuckdb(value: WarehouseValue): DuckDBValue {
  return value instanceof Date ? value.toISOString() : value;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
