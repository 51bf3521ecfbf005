// Bounds what one process holds at a time, in bytes: small pictures go side by side, a large one goes alone.
import type { Picture } from "./inspect.ts";
import type { Output } from "./plan.ts";
import { workingSize } from "./render.ts";
import type { Format } from "./resources/rendering.ts";

/**
 * Runs the work when all in work together take at most so many bytes; a single one may always go. First come, first
 * served: a large one is not overtaken for ever by small ones.
 */
export type Budget = <Result>(bytes: number, max: number, work: () => Promise<Result>) => Promise<Result>;

interface Waiting {
  readonly bytes: number;
  readonly max: number;
  readonly begin: () => void;
}

export function createBudget(): Budget {
  let inWork = 0;
  const waiting: Waiting[] = [];
  const beginAll = () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if (inWork > 0 && inWork + next.bytes > next.max) return;
      waiting.shift();
      inWork += next.bytes;
      next.begin();
    }
  };
  return async (bytes, max, work) => {
    await new Promise<void>((begin) => {
      waiting.push({ bytes, max, begin });
      beginAll();
    });
    try {
      return await work();
    } finally {
      inWork -= bytes;
      beginAll();
    }
  };
}

/** Of memory, for each of MAX_PIXELS: one half to decode, the other for the outputs. */
export const memoryPerPixel = { decode: 8, all: 16 };

/** Measured at their worst (interlaced, turned, transparent), and rounded up. */
const toEncode: Readonly<Record<Format, number>> = { avif: 36, webp: 16, jpeg: 10, png: 8 };

/** What making the outputs takes, in bytes of memory, at most. */
export function memoryOf(picture: Picture, outputs: readonly Output[]): number {
  const { width, height } = picture;
  const pixels = ({ width: across = width, height: down = height, fit }: Output) =>
    fit === "contain" ? across * down : Math.min(across, width) * Math.min(down, height);
  const encoded = outputs.map((output) => pixels(output) * toEncode[output.format]);
  const working = workingSize(picture, outputs);
  const between = outputs.length === 1 ? 0 : working.width * working.height * 4;
  return encoded.reduce((sum, one) => sum + one, width * height * picture.bytesPerPixel + between);
}

/** Whether an AVIF of this size fits in beside any photo that is taken. */
export function affordsAvif(width: number, height: number, maxPixels: number): boolean {
  return width * height * toEncode.avif <= maxPixels * (memoryPerPixel.all - memoryPerPixel.decode);
}
