// Lines of COPY are written byte by byte; here they are put together from text, and must be the same.
import fc from "fast-check";
import { expect, it } from "vitest";
import { encodeRows } from "../../src/sql/copy.ts";

type Value = string | number | boolean | null;

async function written(rows: readonly (readonly Value[])[], columns: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of encodeRows(rows, columns)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

function fieldOf(value: Value): string {
  if (value === null) return "\\N";
  return String(value)
    .replaceAll("\\", "\\\\")
    .replaceAll("\t", "\\t")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
}

const lineOf = (row: readonly Value[]) => `${row.map(fieldOf).join("\t")}\n`;

it("writes any text and number as the text format has it", async () => {
  const special = fc.constantFrom("\\", "\t", "\n", "\r", "\0", "é", "€", "😀");
  const text = fc.string({ unit: fc.oneof(fc.string({ minLength: 1, maxLength: 1 }), special) });
  const number = fc.oneof(
    fc.integer(),
    fc.double(),
    fc.maxSafeInteger(),
    fc.constantFrom(
      -0,
      2 ** 31,
      -(2 ** 31),
      9,
      10,
      99,
      100,
      1e9,
      3e9,
      1767225600000,
      2 ** 53 - 1,
      2 ** 53,
      1e21,
    ),
  );
  const row = fc.tuple(fc.oneof(text, number), fc.oneof(number, fc.boolean(), fc.constant(null)), text);
  await fc.assert(
    fc.asyncProperty(fc.array(row), async (rows) => {
      expect(await written(rows, 3)).toBe(rows.map(lineOf).join(""));
    }),
  );
});

it("writes fields that are longer than a piece, wherever they stand", async () => {
  for (const length of [36_864, 65_535, 131_071, 131_072, 400_000]) {
    for (const character of ["a", "\\", "€"]) {
      const row = [character.repeat(length), 1, "", "b"];
      expect((await written([row, row], 4)) === lineOf(row).repeat(2), `${length} ${character}`).toBe(true);
    }
  }
});
