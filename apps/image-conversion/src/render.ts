// A picture in, pictures out: decoded once, encoded as often as asked.
import type { Sharp } from "sharp";
import type { Picture } from "./inspect.ts";
import type { Output } from "./plan.ts";
import type { Format } from "./resources/rendering.ts";
import { explained, loadSharp } from "./sharp.ts";

export interface Rendered {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Of one decoding and of one encoding; the library looks at it between two stripes of the picture. */
const seconds = 45;

/**
 * Makes the outputs of a picture: upright, in sRGB, without metadata, the first frame of several, never enlarged.
 * Several are made of one decoding, at a size that serves them all; so all of them decide the bytes of each.
 */
export async function render(
  bytes: Uint8Array,
  picture: Picture,
  outputs: readonly Output[],
  maxPixels: number,
): Promise<Rendered[]> {
  const sharp = await loadSharp();
  const limit = { limitInputPixels: maxPixels };
  const decode = () => sharp(bytes, { ...limit, autoOrient: true }).timeout({ seconds });
  const decodeOnce = async () => {
    const { width, height } = workingSize(picture, outputs);
    const pixels = decode().resize(width, height, { fit: "fill" }).toColourspace("srgb").raw();
    const { data, info } = await pixels.toBuffer({ resolveWithObject: true });
    return () => sharp(data, { ...limit, raw: info }).timeout({ seconds });
  };
  return explained(async () => {
    const source = outputs.length === 1 ? decode : await decodeOnce();
    return Promise.all(outputs.map((output) => encode(source(), output)));
  });
}

const encoders: Readonly<Record<Format, (image: Sharp, output: Output) => Sharp>> = {
  avif: (image, { quality, effort }) => image.avif({ quality, effort }),
  webp: (image, { quality, effort }) => image.webp({ quality, effort }),
  jpeg: (image, { quality }) => image.flatten({ background: "white" }).jpeg({ quality }),
  png: (image) => image.png(),
};

async function encode(image: Sharp, output: Output): Promise<Rendered> {
  const { width = null, height = null, fit, format } = output;
  const background = format === "jpeg" ? "white" : "transparent";
  const resized = image
    .resize(width, height, { fit, background, withoutEnlargement: true })
    .toColourspace("srgb");
  const { data, info } = await encoders[format](resized, output).toBuffer({ resolveWithObject: true });
  return { bytes: data, width: info.width, height: info.height };
}

/** The smallest size from which every output can be made. */
export function workingSize(picture: Picture, outputs: readonly Output[]): { width: number; height: number } {
  const scales = outputs.map(({ width, height, fit }) => {
    const across = width && width / picture.width;
    const down = height && height / picture.height;
    const choose = fit === "inside" || fit === "contain" ? Math.min : Math.max;
    return choose(across ?? down ?? 1, down ?? across ?? 1);
  });
  const scaled = (edge: number) => Math.max(1, Math.round(edge * Math.min(1, Math.max(...scales))));
  return { width: scaled(picture.width), height: scaled(picture.height) };
}
