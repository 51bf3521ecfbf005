// What a table consists of at one moment: one small object, which is replaced whole or not at all.
import { FunctionError } from "@faasade/core";
import type { ParquetColumn } from "@faasade/formats/parquet";

/** Where the rows of a partition are. */
export interface LakeFile {
  readonly key: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface Manifest {
  readonly columns: readonly ParquetColumn[];
  readonly partitionedBy: ParquetColumn;
  /** By value; a partition without files is not there. */
  readonly partitions: ReadonlyMap<string, readonly LakeFile[]>;
}

const format = "faasade-lake/1";

/** The same table gives the same bytes: partitions and files are sorted, and no time or counter is kept. */
export function encodeManifest({ columns, partitionedBy, partitions }: Manifest): string {
  const sorted = [...partitions]
    .filter(([, files]) => files.length > 0)
    .sort(([a], [b]) => compare(a, b))
    .map(([value, files]) => [value, [...files].sort((a, b) => compare(a.key, b.key))] as const);
  return `${JSON.stringify({ format, columns, partitionedBy, partitions: Object.fromEntries(sorted) }, null, 1)}\n`;
}

/** @throws {FunctionError} `unprocessable` when it was written by something else. */
export function decodeManifest(key: string, text: string): Manifest {
  const manifest = parse(text);
  if (manifest?.format !== format) {
    throw new FunctionError(
      "unprocessable",
      `Cannot read ${key}: it is no manifest of the format ${format}.`,
    );
  }
  return { ...manifest, partitions: new Map(Object.entries(manifest.partitions)) };
}

interface Encoded extends Omit<Manifest, "partitions"> {
  readonly format: string;
  readonly partitions: Readonly<Record<string, readonly LakeFile[]>>;
}

function parse(text: string): Encoded | undefined {
  try {
    return JSON.parse(text) as Encoded;
  } catch {
    return undefined;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
