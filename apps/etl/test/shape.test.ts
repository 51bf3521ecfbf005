// The shape of the app: its first path is short and stands alone, and its samples are what its page says.
import { readdir, readFile } from "node:fs/promises";
import { readCsv } from "@faasade/formats/csv";
import { readParquet } from "@faasade/formats/parquet";
import { BadRow, type RowReader } from "@faasade/formats/rows";
import { describe, expect, it } from "vitest";
import inbox from "../data/inbox.ts";
import { collect } from "./world.ts";

const src = new URL("../src/", import.meta.url);
const firstPath = ["functions/accept-file.ts", "load.ts", "flight.ts"];

function read(file: string): Promise<string> {
  return readFile(new URL(file, src), "utf8");
}

async function everythingBehind(file: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, specifier = ""] of (await read(file)).matchAll(/from "(\.[^"]+)"/g)) {
    await everythingBehind(new URL(specifier, new URL(file, src)).href.slice(src.href.length), found);
  }
  return found;
}

async function countRows({ batches }: RowReader): Promise<{ good: number; bad: number }> {
  const count = { good: 0, bad: 0 };
  for await (const { rows } of batches) {
    for (const row of rows) count[row instanceof BadRow ? "bad" : "good"] += 1;
  }
  return count;
}

describe("the app", () => {
  it("has a first path of three files and at most 150 lines, and what these lean on; it works without the rest", async () => {
    const lines = await Promise.all(
      firstPath.map(async (file) => (await read(file)).trimEnd().split("\n").length),
    );
    expect(lines.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(150);
    expect([...(await everythingBehind("functions/accept-file.ts"))].sort()).toEqual(
      [
        ...firstPath,
        ...[
          "lookups.ts",
          "contract.ts",
          "flight-table.ts",
          "loads.ts",
          "mask.ts",
          "open-file.ts",
          "publish.ts",
        ],
        ...["settle.ts", "resources/continuations.ts", "resources/inbox.ts", "resources/lake.ts"],
        ...[
          "resources/loading.ts",
          "resources/masking-key.ts",
          "resources/records.ts",
          "resources/reference.ts",
        ],
      ].sort(),
    );
  });

  it("has at most 1,200 lines", async () => {
    const files = (await readdir(src, { recursive: true })).filter((file) => file.endsWith(".ts"));
    const lines = await Promise.all(
      files.map(async (file) => (await read(file)).trimEnd().split("\n").length),
    );
    expect(lines.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(1200);
  });

  it("defines each function in the file of its name", async () => {
    for (const file of await readdir(new URL("functions/", src))) {
      expect(await read(`functions/${file}`)).toContain(`  name: "${file.replace(".ts", "")}",`);
    }
  });

  it("brings 224,910 real flights as CSV, some rows of which are damaged, and whole as Parquet", async () => {
    const counts: Record<string, unknown> = {};
    for await (const [key, body] of inbox()) {
      const bytes = await collect(body);
      const slice = async (start: number, end: number) => bytes.subarray(start, end);
      const isCsv = key.endsWith(".csv");
      const whole = async function* () {
        yield bytes;
      };
      counts[key] = await countRows(
        isCsv ? await readCsv(whole()) : await readParquet({ byteLength: bytes.length, slice }),
      );
      if (isCsv) expect(bytes.toString("utf8", 0, 2000)).toContain('"Desk ""');
    }
    expect(counts).toEqual({
      "incoming/flights-2013.csv": { good: 224_905, bad: 8 },
      "incoming/flights-2013.parquet": { good: 224_910, bad: 0 },
    });
  }, 120_000);
});
