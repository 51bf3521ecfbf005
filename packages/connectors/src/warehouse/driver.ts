// What a driver of the warehouse port must do: run one query over the tables it is handed, and say what that read.
import type { ParquetColumn } from "@faasade/formats/parquet";

export type WarehouseValue = string | number | bigint | boolean | Date | null;

/** One Parquet file of a table. */
export interface WarehouseFile {
  /** The value of the partition column in all of its rows. */
  readonly partition?: string;
  readonly bytes: number;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** A table as it was at one moment: its columns, and the files that hold its rows. */
export interface WarehouseTable {
  readonly columns: readonly ParquetColumn[];
  /** The column that stands in no file, but is the same for all rows of one. */
  readonly partitionedBy?: ParquetColumn;
  readonly files: readonly WarehouseFile[];
}

export interface WarehouseResult<Row = Readonly<Record<string, unknown>>> {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** int64, decimals, dates and timestamps are text; what JSON cannot say otherwise, too. */
  readonly rows: readonly Row[];
  /** Files and bytes that were handed over, after partitions were left out. */
  readonly given: Amount;
  /** Files and bytes that the query then read: only the columns and row groups it needed. */
  readonly scanned: Amount;
}

export interface Amount {
  readonly files: number;
  readonly bytes: number;
}

export interface DriverQuery {
  /** One select, with parameters `$1`, `$2`, … */
  readonly text: string;
  readonly params: readonly WarehouseValue[];
  readonly tables: ReadonlyMap<string, WarehouseTable>;
  readonly maxRows: number;
  readonly signal: AbortSignal;
}

export interface WarehouseDriver {
  /**
   * Reads nothing but the tables and writes nothing.
   * @throws {FunctionError} `invalid` for a text that cannot be run, `forbidden` for one that reaches out, `too_large`
   * for more rows than allowed or more memory than there is, `timeout` when the signal aborts.
   */
  query(query: DriverQuery): Promise<Omit<WarehouseResult, "given">>;
  close(): Promise<void>;
}
