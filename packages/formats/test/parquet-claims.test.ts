// A file says itself how much it holds; what it claims beyond what there is, or may be, is refused before it is held.
import { type FileMetaData, parquetMetadata } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { ByteWriter } from "hyparquet-writer/src/bytewriter.js";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { beforeAll, expect, it } from "vitest";
import { type RangeSource, readParquet, writeParquet } from "../src/parquet/index.ts";
import { FormatError } from "../src/rows.ts";
import { readAll } from "./read.ts";

type Group = FileMetaData["row_groups"][number];
type Meta = NonNullable<Group["columns"][number]["meta_data"]>;
type Header = ReturnType<typeof parquetHeader>;

const huge = 2 ** 31 - 1;
let whole: Uint8Array;
let asked = 0;

beforeAll(async () => {
  const texts = Array.from({ length: 1000 }, (_, n) => [`text ${n % 3}`]);
  whole = await writeParquet([{ name: "t", type: "text" }], texts);
});

const source = (bytes: Uint8Array): RangeSource => ({
  byteLength: bytes.length,
  async slice(start, end) {
    asked = Math.max(asked, end - start);
    return bytes.subarray(start, end);
  },
});

function bytesOf(write: (writer: ByteWriter) => void): Uint8Array {
  const writer = new ByteWriter();
  write(writer);
  return writer.getBytes();
}

function withMetadata(bytes: Uint8Array, change: (metadata: FileMetaData) => void): Uint8Array {
  const metadata = parquetMetadata(bytes);
  change(metadata);
  const footer = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8).getUint32(0, true) + 8;
  const written = bytesOf((writer) => writeMetadata(writer, metadata));
  return Buffer.concat([bytes.subarray(0, -footer), written, Buffer.from("PAR1")]);
}

const withGroup = (change: (group: Group) => void) =>
  withMetadata(whole, ({ row_groups: [group] }) => change(group as Group));
const withColumn = (change: (meta: Meta) => void) =>
  withGroup(({ columns: [column] }) => change(column?.meta_data as Meta));

/** Changes the header of the page that is of the type. */
function withPage(type: Header["type"], change: (header: Header) => void): Uint8Array {
  const reader = { view: new DataView(whole.buffer, whole.byteOffset, whole.byteLength), offset: 4 };
  for (;;) {
    const start = reader.offset;
    const header = parquetHeader(reader);
    if (header.type === type) {
      change(header);
      const changed = bytesOf((writer) => writePageHeader(writer, header));
      const longer = BigInt(changed.length - (reader.offset - start));
      const bytes = Buffer.concat([whole.subarray(0, start), changed, whole.subarray(reader.offset)]);
      return withMetadata(bytes, ({ row_groups: [group] }) => {
        const meta = group?.columns[0]?.meta_data as Meta;
        meta.total_compressed_size += longer;
        if (start < meta.data_page_offset) meta.data_page_offset += longer;
      });
    }
    reader.offset += header.compressed_page_size;
  }
}

it("reads what it changed nothing of", async () => {
  const { rows } = await readAll(await readParquet(source(withColumn(() => {}))));
  expect(rows).toHaveLength(1000);
  expect((await readAll(await readParquet(source(withPage("DATA_PAGE_V2", () => {}))))).rows).toEqual(rows);
});

it.each<[string, () => Uint8Array, RegExp]>([
  ["rows", () => withGroup((group) => (group.num_rows = 10n ** 9n)), /has 1000000000 values/],
  ["more rows than numbers are exact", () => withGroup((group) => (group.num_rows = 2n ** 62n)), /values/],
  ["values of a column", () => withColumn((meta) => (meta.num_values = 10n ** 9n)), /has 1000000000 values/],
  [
    "packed bytes",
    () => withColumn((meta) => (meta.total_compressed_size = 10n ** 8n)),
    /bytes, the limit is/,
  ],
  [
    "unpacked bytes",
    () => withColumn((meta) => (meta.total_uncompressed_size = 10n ** 12n)),
    /has 1000000000000 b/,
  ],
  [
    "an end behind its own",
    () => withColumn((meta) => (meta.dictionary_page_offset = 10n ** 6n)),
    /limit is/,
  ],
  [
    "a start before its own",
    () => withColumn((meta) => (meta.dictionary_page_offset = -5n)),
    /where a column lies/,
  ],
  [
    "the same bytes many times over",
    () =>
      withMetadata(whole, ({ row_groups }) => row_groups.push(...Array(500).fill(row_groups[0] as Group))),
    /its row groups have \d+ bytes/,
  ],
  [
    "values of a page",
    () =>
      withPage("DATA_PAGE_V2", ({ data_page_header_v2: page }) =>
        Object.assign(page ?? {}, { num_values: huge }),
      ),
    new RegExp(`the pages of a column have ${huge} values, the limit is 1000`),
  ],
  [
    "an unpacked page",
    () => withPage("DATA_PAGE_V2", (header) => (header.uncompressed_page_size = huge)),
    /unpacks to \d+ bytes/,
  ],
  [
    "values of a dictionary",
    () =>
      withPage("DICTIONARY_PAGE", ({ dictionary_page_header: page }) =>
        Object.assign(page ?? {}, { num_values: huge }),
      ),
    new RegExp(`a dictionary has ${huge} values`),
  ],
  [
    "a page of less than nothing",
    () => withPage("DATA_PAGE_V2", (one) => (one.compressed_page_size = -9)),
    /-9/,
  ],
])("refuses a file that claims %s", async (_, make, reason) => {
  asked = 0;
  const bytes = make();
  const reading = readParquet(source(bytes)).then(readAll);
  await expect(reading).rejects.toThrow(reason);
  await expect(reading).rejects.toBeInstanceOf(FormatError);
  expect(asked).toBeLessThanOrEqual(bytes.length);
});

it("does not hold metadata of any size", async () => {
  const byteLength = 10 ** 9;
  const tail = Buffer.from("\0\0\0\0\0\0\0\0PAR1");
  tail.writeUInt32LE(9 * 10 ** 8, 4);
  let most = 0;
  const large: RangeSource = {
    byteLength,
    async slice(start, end) {
      most = Math.max(most, end - start);
      return Buffer.concat([Buffer.alloc(end - start - tail.length), tail]);
    },
  };
  await expect(readParquet(large)).rejects.toThrow(/at once, the limit is 4194304/);
  expect(most).toBeLessThan(1 << 20);
});
