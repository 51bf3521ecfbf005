// Bounds what one process decodes at a time, by pixels: small pictures go side by side, a large one goes alone.

let pixelsInWork = 0;
const waiting: (() => void)[] = [];

/** Runs the work when all pictures in work together have at most so many pixels; a single one may always go. */
export async function withinPixels<Result>(
  pixels: number,
  maxPixels: number,
  work: () => Promise<Result>,
): Promise<Result> {
  while (pixelsInWork > 0 && pixelsInWork + pixels > maxPixels)
    await new Promise<void>((resume) => waiting.push(resume));
  pixelsInWork += pixels;
  try {
    return await work();
  } finally {
    pixelsInWork -= pixels;
    for (const resume of waiting.splice(0)) resume();
  }
}
