// The warehouse port: SQL over many rows, by an engine that is there only while it runs.
import { type Ambient, FunctionError, type Resource } from "@faasade/core";
import { checkName } from "@faasade/core/adapter";
import type { WarehouseDriver, WarehouseResult, WarehouseTable, WarehouseValue } from "./driver.ts";

export type {
  Amount,
  DriverQuery,
  WarehouseDriver,
  WarehouseFile,
  WarehouseResult,
  WarehouseTable,
  WarehouseValue,
} from "./driver.ts";

export interface WarehouseQuery {
  /** One select, with parameters `$1`, `$2`, … */
  readonly text: string;
  readonly params?: readonly WarehouseValue[];
  /** What the text may name, and nothing else. */
  readonly tables: Readonly<Record<string, WarehouseTable>>;
  /** The most bytes of files that may be handed over; more is refused before any is read. Default: 1 GiB. */
  readonly maxBytes?: number;
  /** The most rows that may come back. Default: 10,000. */
  readonly maxRows?: number;
  /** Default: as long as the invocation has. */
  readonly timeoutSeconds?: number;
}

export interface WarehouseReader {
  /**
   * Runs one select over the tables, which are all it can see; values go in as parameters.
   * @throws {FunctionError} `invalid`, `forbidden`, `too_large`, `timeout`, `unavailable`.
   */
  query<Row = Readonly<Record<string, unknown>>>(query: WarehouseQuery): Promise<WarehouseResult<Row>>;
}

export type Warehouse = Resource<"warehouse", { read: WarehouseReader }>;

/** Names a query engine: `warehouse("flights")`. Which one it is, and how large, says `FLIGHTS_URL`. */
export function warehouse(name: string): Warehouse {
  checkName("warehouse", name);
  return {
    kind: "warehouse",
    name,
    connect: (driver, _access, ambient): WarehouseReader => ({
      query: <Row>(query: WarehouseQuery) =>
        runQuery(name, driver as WarehouseDriver, query, ambient) as Promise<WarehouseResult<Row>>,
    }),
  };
}

const defaultMaxBytes = 1024 ** 3;
const defaultMaxRows = 10_000;

async function runQuery(
  name: string,
  driver: WarehouseDriver,
  query: WarehouseQuery,
  ambient: Ambient,
): Promise<WarehouseResult> {
  const { text, params = [], maxBytes = defaultMaxBytes, maxRows = defaultMaxRows, timeoutSeconds } = query;
  const tables = new Map(Object.entries(query.tables));
  for (const table of tables.keys()) checkTableName(name, table);
  const files = [...tables.values()].flatMap((table) => table.files);
  const given = { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
  if (given.bytes > maxBytes) {
    const message = `Cannot query ${name}: ${given.files} files with ${given.bytes} bytes would be read, the limit is ${maxBytes}. Ask for fewer partitions, or raise maxBytes.`;
    throw new FunctionError("too_large", message);
  }
  const limit = timeoutSeconds === undefined ? [] : [AbortSignal.timeout(timeoutSeconds * 1000)];
  const signal = AbortSignal.any([ambient.signal, ...limit]);
  const result = await driver.query({ text, params, tables, maxRows, signal });
  return { ...result, given };
}

function checkTableName(name: string, table: string): void {
  if (/^[a-z][a-z0-9_]{0,62}$/.test(table)) return;
  const message = `Cannot query ${name}: a table is called ${JSON.stringify(table)}. Names are a-z, 0-9 and "_".`;
  throw new FunctionError("invalid", message);
}
