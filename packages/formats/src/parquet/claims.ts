// What a Parquet file says of its own sizes, held against what there is and what may be: memory is taken by it.
import type { FileMetaData, RowGroup } from "hyparquet";
import type { parquetHeader } from "hyparquet/src/column.js";
import { FormatError } from "../rows.ts";

/** Of the metadata at the end of a file: what is made of it takes tens of times as much. */
export const mostFooterBytes = 4 * 1024 ** 2;
/** Of a row group, which is held at once: values of all columns, missing ones included. */
const mostValues = 16 * 1024 ** 2;

/** Where the pages of a row group lie, or of one of its columns. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** @throws {FormatError} for a row group that is too large, or that cannot be in a file of so many bytes. */
export function checkGroups({ row_groups }: FileMetaData, byteLength: number, mostBytes: number): void {
  let packed = 0;
  for (const group of row_groups) {
    const { start, end } = extentOf(group);
    const sizes = group.columns.map(({ meta_data }) => Number(meta_data?.total_uncompressed_size));
    const values = group.columns.map(({ meta_data }) => Number(meta_data?.num_values));
    atMost(
      "a row group has",
      Math.max(Number(group.total_byte_size), sum(sizes), end - start),
      mostBytes,
      "bytes",
    );
    const cells = Number(group.num_rows) * group.columns.length;
    atMost("a row group has", Math.max(cells, sum(values)), mostValues, "values");
    packed += sum(group.columns.map((column) => lengthOf(extentOfColumn(column))));
    atMost("its row groups have", Math.max(packed, end), byteLength, "bytes");
  }
}

/** From the first page of a row group to the end of its last one. */
export function extentOf({ columns }: RowGroup): Extent {
  const extents = columns.map(extentOfColumn);
  const start = Math.min(...extents.map((one) => one.start));
  return { start: columns.length === 0 ? 0 : start, end: Math.max(0, ...extents.map((one) => one.end)) };
}

/**
 * Goes from page to page by their headers. How often a value repeats within a page is not looked at.
 * @param bytes those of the row group, from its `extentOf` on.
 * @throws {FormatError} for pages that unpack to more, or hold more values, than their column has.
 */
export function checkPages(
  group: RowGroup,
  bytes: ArrayBuffer,
  mostBytes: number,
  readHeader: typeof parquetHeader,
): void {
  const { start } = extentOf(group);
  let unpacked = 0;
  for (const column of group.columns) {
    const extent = extentOfColumn(column);
    const view = new DataView(bytes, extent.start - start, lengthOf(extent));
    const most = Number(column.meta_data?.num_values);
    let values = 0;
    for (const reader = { view, offset: 0 }; values < most && reader.offset < view.byteLength - 1; ) {
      const header = readHeader(reader);
      const { uncompressed_page_size, compressed_page_size, dictionary_page_header } = header;
      const page = header.data_page_header ?? header.data_page_header_v2;
      reader.offset += size(compressed_page_size);
      unpacked += size(uncompressed_page_size);
      values += size(page?.num_values ?? 0);
      atMost("a row group unpacks to", unpacked, mostBytes, "bytes");
      atMost("the pages of a column have", values, most, "values");
      // Each of them takes a byte at least.
      atMost(
        "a dictionary has",
        size(dictionary_page_header?.num_values ?? 0),
        uncompressed_page_size,
        "values",
      );
    }
  }
}

function extentOfColumn({ meta_data }: RowGroup["columns"][number]): Extent {
  const start = Number(meta_data?.dictionary_page_offset || meta_data?.data_page_offset);
  const end = start + Number(meta_data?.total_compressed_size);
  if (start >= 0 && end >= start) return { start, end };
  throw new FormatError("Cannot read Parquet: it does not say where a column lies.");
}

function lengthOf({ start, end }: Extent): number {
  return end - start;
}

function size(claimed: number): number {
  if (claimed >= 0) return claimed;
  throw new FormatError(`Cannot read Parquet: a page has a size of ${claimed}.`);
}

function atMost(what: string, found: number, limit: number, unit: string): void {
  if (found <= limit) return;
  throw new FormatError(`Cannot read Parquet: ${what} ${found} ${unit}, the limit is ${limit}.`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}
