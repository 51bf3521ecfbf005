// Rows into Parquet: the same rows and columns give the same bytes, on every machine.

export type ParquetType = "text" | "integer" | "number" | "boolean" | "timestamp" | "date";

export interface ParquetColumn {
  readonly name: string;
  /** `integer` has 32 bits; `timestamp` and `date` take `Date`. */
  readonly type: ParquetType;
}

/** So many that a reader holds them easily. */
const rowsPerGroup = 20_000;

/** The schema's element for each type: https://parquet.apache.org/docs/file-format/types/logicaltypes/ */
const elements = {
  text: { type: "BYTE_ARRAY", converted_type: "UTF8" },
  integer: { type: "INT32" },
  number: { type: "DOUBLE" },
  boolean: { type: "BOOLEAN" },
  timestamp: { type: "INT64", converted_type: "TIMESTAMP_MILLIS" },
  date: { type: "INT32", converted_type: "DATE" },
} as const;

/** A Parquet file with Snappy and statistics per row group. Null and undefined are missing values. */
export async function writeParquet(
  columns: readonly ParquetColumn[],
  rows: readonly (readonly unknown[])[],
): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const buffer = parquetWriteBuffer({
    schema: [
      { name: "root", num_children: columns.length },
      ...columns.map(({ name, type }) => ({ name, repetition_type: "OPTIONAL" as const, ...elements[type] })),
    ],
    columnData: columns.map(({ name }, index) => ({ name, data: rows.map((row) => row[index] ?? null) })),
    rowGroupSize: rowsPerGroup,
    createdBy: "faasade",
  });
  return new Uint8Array(buffer);
}
