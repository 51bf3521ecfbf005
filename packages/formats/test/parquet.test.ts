import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ParquetColumn, type RangeSource, readParquet, writeParquet } from "../src/parquet/index.ts";
import { readAll } from "./read.ts";

const columns: readonly ParquetColumn[] = [
  { name: "carrier", type: "text" },
  { name: "delay", type: "integer" },
  { name: "ratio", type: "number" },
  { name: "late", type: "boolean" },
  { name: "at", type: "timestamp" },
  { name: "day", type: "date" },
];
const day = 86_400_000;
const row = fc.tuple(
  fc.option(fc.string({ unit: "binary", maxLength: 20 })),
  fc.option(fc.integer()),
  fc.option(fc.double({ noNaN: true })),
  fc.option(fc.boolean()),
  fc.option(fc.date({ noInvalidDate: true })),
  fc.option(fc.integer({ min: -1e4, max: 1e4 }).map((days) => new Date(days * day))),
);

const source = (bytes: Uint8Array): RangeSource => ({
  byteLength: bytes.length,
  slice: async (start, end) => bytes.subarray(start, end),
});

describe("writeParquet and readParquet", () => {
  it("give back what was written", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1 }), async (rows) => {
        const back = await readAll(await readParquet(source(await writeParquet(columns, rows))));
        expect(back.columns).toEqual(columns.map(({ name }) => name));
        expect(back.rows).toEqual(rows);
      }),
      { numRuns: 50 },
    );
  });

  it("write the same bytes for the same rows", async () => {
    const rows = Array.from({ length: 1000 }, (_, n) => [
      `UA${n % 7}`,
      n,
      n / 3,
      n % 2 === 0,
      new Date(n),
      new Date(0),
    ]);
    const digest = async () =>
      createHash("sha256")
        .update(await writeParquet(columns, rows))
        .digest("hex");
    expect(await digest()).toBe(await digest());
  });

  it("read a file group by group, and refuse a group that is too large", async () => {
    const bytes = await writeParquet(
      [{ name: "n", type: "integer" }],
      Array.from({ length: 50_000 }, (_, n) => [n]),
    );
    const firsts: number[] = [];
    const { batches } = await readParquet(source(bytes));
    for await (const { firstRow } of batches) firsts.push(firstRow);
    expect(firsts).toEqual([1, 20_001, 40_001]);
    await expect(readParquet(source(bytes), { maxRowGroupBytes: 1000 })).rejects.toThrow(/the limit is 1000/);
  });

  it("refuse what is no Parquet, or half of one", async () => {
    const bytes = await writeParquet(columns, [["a", 1, 1, true, new Date(0), new Date(0)]]);
    await expect(readParquet(source(bytes.subarray(0, -10)))).rejects.toThrow(/Cannot read Parquet: /);
    await expect(readParquet(source(Buffer.from("date,carrier\n2013-01-01,UA\n")))).rejects.toThrow(
      /Cannot read/,
    );
  });

  it("rethrow what the source throws", async () => {
    const away = { byteLength: 1000, slice: () => Promise.reject(new RangeError("the store is away")) };
    await expect(readParquet(away)).rejects.toThrow(new RangeError("the store is away"));
  });
});
