// Rows out of Parquet, a row group at a time, by reading only the ranges that hold them.
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from "node:zlib";
import type { AsyncBuffer, Compressors, FileMetaData } from "hyparquet";
import { type Batch, FormatError, numbered, type RowReader } from "../rows.ts";
import { checkGroups, checkPages, extentOf, mostFooterBytes } from "./claims.ts";

/** A file of which any part can be read. */
export interface RangeSource {
  readonly byteLength: number;
  /** Bytes from `start` up to, not including, `end`. */
  slice(start: number, end: number): Promise<Uint8Array>;
}

export interface ParquetOptions {
  /** The most bytes, unpacked, of one row group, which is held in memory. Default: 256 MiB. */
  readonly maxRowGroupBytes?: number;
}

/**
 * Opens a Parquet file of plain columns: text, numbers, booleans, dates. int64 is bigint, dates and timestamps `Date`.
 * Uncompressed, Snappy, Gzip, Brotli and Zstandard files are read.
 * @throws {FormatError} when it is no Parquet, cut off, or has a row group that is too large.
 */
export async function readParquet(source: RangeSource, options: ParquetOptions = {}): Promise<RowReader> {
  const { maxRowGroupBytes = 256 * 1024 ** 2 } = options;
  const { parquetMetadataAsync } = await import("hyparquet");
  const metadata = await orFormatError(async () => {
    const found = await parquetMetadataAsync(bufferOf(source, mostFooterBytes));
    checkGroups(found, source.byteLength, maxRowGroupBytes);
    return found;
  });
  const columns = metadata.schema.slice(1).map(({ name }) => name);
  return { columns, batches: numbered(rowGroups(source, metadata, maxRowGroupBytes)) };
}

/** A page that unpacks to more than it says is refused. */
const compressors: Compressors = {
  GZIP: (bytes, length) => gunzipSync(bytes, { maxOutputLength: length }),
  BROTLI: (bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length }),
  ZSTD: (bytes, length) => zstdDecompressSync(bytes, { maxOutputLength: length }),
};

async function* rowGroups(
  source: RangeSource,
  metadata: FileMetaData,
  maxBytes: number,
): AsyncGenerator<Batch["rows"], void> {
  const [{ parquetRead }, { parquetHeader }] = await Promise.all([
    import("hyparquet"),
    import("hyparquet/src/column.js"),
  ]);
  let rowStart = 0;
  for (const group of metadata.row_groups.filter(({ num_rows }) => num_rows > 0)) {
    const rowEnd = rowStart + Number(group.num_rows);
    let rows: unknown[][] = [];
    const onComplete = (read: unknown[][]) => {
      rows = read;
    };
    await orFormatError(async () => {
      const { start, end } = extentOf(group);
      const bytes = await bufferOf(source, maxBytes).slice(start, end);
      checkPages(group, bytes, maxBytes, parquetHeader);
      const file = {
        byteLength: source.byteLength,
        slice: (from: number, to = source.byteLength) => bytes.slice(from - start, to - start),
      };
      await parquetRead({ file, metadata, compressors, rowStart, rowEnd, onComplete });
    });
    yield rows;
    rowStart = rowEnd;
  }
}

function bufferOf(source: RangeSource, maxBytes: number): AsyncBuffer {
  return {
    byteLength: source.byteLength,
    async slice(start, end = source.byteLength) {
      if (end - start > maxBytes)
        throw new FormatError(`Cannot read Parquet: ${end - start} bytes at once, the limit is ${maxBytes}.`);
      const bytes = await source.slice(start, end).catch((cause: unknown) => {
        throw new SourceFailure(cause);
      });
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

/** What the store threw, to be told apart from what the bytes are. */
class SourceFailure extends Error {
  constructor(cause: unknown) {
    super("the source failed", { cause });
  }
}

async function orFormatError<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof SourceFailure) throw error.cause;
    if (error instanceof FormatError) throw error;
    throw new FormatError(`Cannot read Parquet: ${(error as Error).message}.`, { cause: error });
  }
}
