// Pictures for tests: the committed ones by name, and ones made to measure.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

export type Pixel = readonly [red: number, green: number, blue: number, alpha?: number];

export function sample(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../samples/${name}`, import.meta.url)));
}

export function input(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`inputs/${name}`, import.meta.url)));
}

/** A picture of one colour; `seed` makes versions that differ. */
export function plain(width: number, height: number, colour = "#c83c1e"): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer();
}

export async function pixelAt(bytes: Uint8Array, x: number, y: number): Promise<Pixel> {
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const at = (y * info.width + x) * info.channels;
  return [...data.subarray(at, at + info.channels)] as unknown as Pixel;
}

/** The greatest mean difference of a channel between two pictures, after bringing both to 16 × 16. */
export async function difference(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = await Promise.all(
    [a, b].map((one) =>
      sharp(one).resize(16, 16, { fit: "fill" }).removeAlpha().toColourspace("srgb").raw().toBuffer(),
    ),
  );
  let total = 0;
  for (let index = 0; index < left!.length; index += 1) total += Math.abs(left![index]! - right![index]!);
  return total / left!.length;
}

export function svg(content: string, attributes = 'width="40" height="30"'): Buffer {
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${content}</svg>`,
  );
}

/** The header of a PNG of any size, all of whose rows are black: a few kilobytes that decode to gigabytes. */
export async function bomb(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: "black" }, limitInputPixels: false })
    .png({ compressionLevel: 9 })
    .toBuffer();
}
