import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readJson, readNdjson } from "../src/json.ts";
import { everySplit, inPieces, readAll } from "./read.ts";

describe("readNdjson", () => {
  it("makes columns of the fields, and null of those that a line leaves out", async () => {
    const { columns, rows } = await readAll(await readNdjson(inPieces('{"a":1}\n\n{"b":"x","a":null}\r\n')));
    expect({ columns, rows }).toEqual({
      columns: ["a", "b"],
      rows: [
        [1, null],
        [null, "x"],
      ],
    });
  });

  it("puts aside what is no object, with its number and text", async () => {
    const { rows, problems, texts } = await readAll(
      await readNdjson(inPieces('{"a":1}\n{"a":\n[1]\n{"a":2}')),
    );
    expect(rows).toEqual([[1], [2]]);
    expect(problems).toEqual([expect.stringMatching(/^2: it is no JSON: /), "3: it is no JSON object"]);
    expect(texts).toEqual(['{"a":', "[1]"]);
  });

  it("puts aside an object with a field that came up too late, rather than drop the field", async () => {
    const content = `${'{"a":1}\n'.repeat(1000)}{"a":2,"late":true}\n`;
    const { rows, problems } = await readAll(await readNdjson(inPieces(content, ...range(100, 9))));
    expect(rows.length).toBe(1000);
    expect(problems).toEqual(['1001: it has the field "late", which the file did not begin with']);
  });

  it("holds no more fields at once for later rows than for any, however short they are", async () => {
    const columns = Array.from({ length: 4096 }, (_, n) => `"c${n}":1`).join();
    const head = `{${columns}}\n${"{}\n".repeat(999)}`;
    const { batches } = await readNdjson(inPieces(`${head}${"{}\n".repeat(3000)}`, head.length));
    const sizes: number[] = [];
    for await (const { rows, firstRow } of batches) {
      if (firstRow > 1000) expect(rows.length * 4096).toBeLessThanOrEqual(1 << 20);
      sizes.push(rows.length);
    }
    expect(sizes.reduce((sum, one) => sum + one)).toBe(4000);
  });

  it("passes over a line that is longer than allowed without holding it", async () => {
    const content = `{"a":1}\n{"a":"${"x".repeat(5000)}"}\n{"a":2}\n`;
    const reader = await readNdjson(inPieces(content, ...range(50, 100)), { maxRowLength: 200 });
    const { rows, problems } = await readAll(reader);
    expect({ rows, problems }).toEqual({
      rows: [[1], [2]],
      problems: ["2: it is longer than 200 characters"],
    });
  });

  it("reads the same wherever the bytes are split", async () => {
    const object = fc.dictionary(fc.constantFrom("a", "b", "é"), fc.jsonValue({ maxDepth: 1 }));
    await fc.assert(
      fc.asyncProperty(fc.array(object), async (objects) => {
        const bytes = Buffer.from(objects.map((one) => `${JSON.stringify(one)}\n`).join(""));
        const split = await readAll(await readNdjson(inPieces(bytes, ...everySplit(bytes))));
        expect(split).toEqual(await readAll(await readNdjson(inPieces(bytes))));
        expect(split.rows.length).toBe(objects.length);
      }),
      { numRuns: 50 },
    );
  });
});

describe("readJson", () => {
  it("refuses few bytes that are millions of objects, values or fields, before they fill the memory", async () => {
    const many = 1024 * 1024 + 1;
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`c${n}`, 1]));
    for (const bomb of [
      `[${"{},".repeat(many)}{}]`,
      `[${"[".repeat(many)}`,
      `[${"1,".repeat(many)}1]`,
      `[${JSON.stringify(wide)}${",{}".repeat(1000)}]`,
    ])
      await expect(readJson(inPieces(gzipSync(bomb)))).rejects.toThrow(
        /more than \d+ (objects|values|fields)/,
      );
  });

  it("reads an array of objects", async () => {
    const { columns, rows } = await readAll(await readJson(inPieces('\uFEFF[{"a":1},{"a":2}]')));
    expect({ columns, rows }).toEqual({ columns: ["a"], rows: [[1], [2]] });
  });

  it("reads an array of many", async () => {
    const { rows } = await readAll(await readJson(inPieces(JSON.stringify(Array(200_000).fill({ a: 1 })))));
    expect(rows.length).toBe(200_000);
  });

  it.each([
    ["an object", '{"a":1}', /it is no array/],
    ["half a file", '[{"a":1}', /Cannot read JSON: /],
  ])("refuses %s", async (_, content, message) => {
    await expect(readJson(inPieces(content))).rejects.toThrow(message);
  });
});

const range = (length: number, step: number) => Array.from({ length }, (_, index) => index * step);
