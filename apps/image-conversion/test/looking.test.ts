// What is known of a picture before it is decoded: how many frames it has, and whether its end is there.
import fc from "fast-check";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { endIsMissing } from "../src/ending.ts";
import { inspect } from "../src/inspect.ts";
import { growthOf } from "../src/packed.ts";
import { render } from "../src/render.ts";
import { gifOf } from "./bombs.ts";
import { input, plain } from "./pictures.ts";

const reasonOf = (bytes: Uint8Array): Promise<string> =>
  inspect(bytes, [], 50_000_000).then(
    () => "taken",
    (error: Error) => error.message,
  );

/** A piece of a GIF, sound or not: an extension of any label, a frame, or what follows nothing. */
const block = fc.oneof(
  { weight: 6, arbitrary: fc.constant("2c00000000010001000002024c0100") },
  { weight: 2, arbitrary: fc.constant("2c0000000001000100800000000000000002024c0100") },
  fc
    .tuple(
      fc.constantFrom("f9", "fe", "ff", "01", "7e"),
      fc.constantFrom("00", "0400000000", "020102", "0101"),
    )
    .map(([label, body]) => `21${label}${body}00`),
  fc.constantFrom("00", "2c", "21fe00", "2100", "21f90400"),
);

describe("the frames of a GIF", () => {
  it("are counted as far as the library does, whatever stands between them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(block, { minLength: 1, maxLength: 12 }), async (blocks) => {
        const head = gifOf(0).subarray(0, -1);
        // As often as it takes for more than a thousand frames, should each of them be one.
        const body = Buffer.from(blocks.join("").repeat(1_100), "hex");
        const file = Buffer.concat([head, body, Buffer.from("3b", "hex")]);
        const { pages = 1 } = await sharp(file)
          .metadata()
          .catch(() => ({ pages: 0 }));
        if (pages > 1_000) expect(growthOf(file, "image/gif")).toBe("it has more than 1000 frames");
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  it("may be a thousand, and no more", async () => {
    expect(await reasonOf(gifOf(1_000))).toBe("taken");
    expect(await reasonOf(gifOf(1_001))).toBe("Cannot convert the picture: it has more than 1000 frames.");
  });
});

/** The same AVIF with its pixels in the box `idat` within `meta`, where ISO/IEC 14496-12 has small items stand, too. */
function withoutMdat(avif: Buffer): Buffer {
  const at = (type: string) => avif.indexOf(type, 0, "latin1") - 4;
  const [meta, iloc, mdat] = [at("meta"), at("iloc"), at("mdat")] as [number, number, number];
  const pixels = avif.subarray(mdat + 8, mdat + avif.readUInt32BE(mdat));
  // Version 1 says of each item where it stands: here one item of one piece, offset and length of 4 bytes each.
  const location = Buffer.alloc(30);
  location.writeUInt32BE(30, 0);
  location.write("iloc", 4, "latin1");
  location[8] = 1;
  location.writeUInt16BE(0x4400, 12);
  location.writeUInt16BE(1, 14);
  location.writeUInt16BE(1, 16);
  location.writeUInt16BE(1, 18);
  location.writeUInt16BE(1, 22);
  location.writeUInt32BE(0, 24);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(pixels.length);
  const box = Buffer.alloc(8);
  box.writeUInt32BE(8 + pixels.length);
  box.write("idat", 4, "latin1");
  const located = Buffer.concat([location.subarray(0, 28), length]);
  located.writeUInt32BE(located.length, 0);
  const before = avif.subarray(meta, iloc);
  const after = avif.subarray(iloc + avif.readUInt32BE(iloc), mdat);
  const whole = Buffer.concat([before, located, after, box, pixels]);
  whole.writeUInt32BE(whole.length, 0);
  return Buffer.concat([avif.subarray(0, meta), whole]);
}

describe("the end of an AVIF", () => {
  it("is where its items end, be they in a box mdat or not", async () => {
    const avif = await sharp(await plain(64, 48))
      .avif()
      .toBuffer();
    const other = withoutMdat(avif);
    expect(other.includes("mdat")).toBe(false);
    const picture = await inspect(other, [], 50_000_000);
    const output = { width: 8, height: 6, fit: "fill", format: "png", quality: 80, effort: 0 } as const;
    expect(await render(other, picture, [output], 50_000_000)).toMatchObject([{ width: 8, height: 6 }]);
  });

  it("is missing wherever it was cut off", async () => {
    const avif = await sharp(await plain(64, 48))
      .avif()
      .toBuffer();
    for (const file of [avif, withoutMdat(avif), input("hopper.avif")]) {
      expect(endIsMissing(file, "image/avif")).toBe(false);
      expect(endIsMissing(Buffer.concat([file, Buffer.alloc(99)]), "image/avif")).toBe(false);
      for (const cut of [1, 2, 20, file.length >> 1, file.length - 12])
        expect(endIsMissing(file.subarray(0, -cut), "image/avif")).toBe(true);
    }
  });

  it("is not looked for without end where the locations are nonsense", () => {
    fc.assert(
      fc.property(fc.nat({ max: 400 }), fc.uint8Array({ minLength: 1, maxLength: 24 }), (at, noise) => {
        const file = Buffer.from(input("hopper.avif"));
        file.set(noise, at);
        expect([true, false]).toContain(endIsMissing(file, "image/avif"));
      }),
    );
  });
});
