// Text is what a decoder makes of all bytes at once, however they arrive.
import fc from "fast-check";
import { expect, it } from "vitest";
import { decodeText } from "../src/text.ts";
import { inPieces } from "./read.ts";

it("is the same wherever the bytes are cut, of characters of any length and of what is no character", async () => {
  const some = fc
    .constantFrom("a", "\n", "é", "€", "😀", "\uFEFF", "\u0085")
    .map((text) => [...Buffer.from(text)]);
  const broken = fc.constantFrom(
    [0xff],
    [0xc3],
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x98],
    [0xed, 0xa0, 0x80],
    [0x80],
  );
  const bytes = fc.array(fc.oneof(some, broken), { maxLength: 30 }).map((all) => Buffer.from(all.flat()));
  await fc.assert(
    fc.asyncProperty(bytes, fc.array(fc.nat(60)), async (all, ends) => {
      const pieces = await Array.fromAsync(decodeText(inPieces(all, ...ends)));
      // What begins with a mark of UTF-16 is read as that.
      fc.pre(all[0] !== 0xff && all[0] !== 0xfe);
      expect(pieces.join("")).toBe(new TextDecoder().decode(all));
    }),
    { numRuns: 1000 },
  );
});

it("is the same of lines that are longer than what is decoded at once, and of many short ones", async () => {
  const lengths = [0, 70_000, 1, 32_766, 0, 32_767, 32_768, 5, 100_000, ...Array<number>(9000).fill(7)];
  const text = lengths
    .map((length, place) => `${"é".repeat(length % 5)}${"x".repeat(length)}${place}`)
    .join("\n");
  const bytes = Buffer.from(text);
  for (const atOnce of [1 << 14, (1 << 15) + 1, 1 << 18, bytes.length]) {
    const ends = Array.from({ length: Math.ceil(bytes.length / atOnce) }, (_, place) => place * atOnce);
    const pieces = await Array.fromAsync(decodeText(inPieces(bytes, ...ends)));
    expect(pieces.join("") === text, `${atOnce} at once`).toBe(true);
  }
});
