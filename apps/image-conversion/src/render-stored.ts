// From a stored photo to its pictures: read, looked at and decoded only when there is memory for it.
import type { ObjectInfo } from "@faasade/connectors/object-store";
import { FunctionError } from "@faasade/core";
import { createBudget, memoryOf, memoryPerPixel } from "./budget.ts";
import { inspect, type Picture } from "./inspect.ts";
import type { Stores } from "./manifest.ts";
import type { Output } from "./plan.ts";
import { type Rendered, render } from "./render.ts";

/** Of stored photos in memory: at most two of the greatest size are. */
const withinBytes = createBudget();
const withinMemory = createBudget();

/**
 * The outputs in their order, for as long as `keep` runs: with them ends what they may take of memory.
 * @returns what `keep` returns, or undefined when the store no longer has this version of the photo.
 * @throws {FunctionError} the reason, when the photo is not taken, broken, or too large for these outputs.
 */
export function renderStored<Result>(
  photo: ObjectInfo,
  outputs: readonly Output[],
  { photos, rendering: { maxPhotoBytes, maxPixels } }: Pick<Stores, "photos" | "rendering">,
  keep: (rendered: readonly Rendered[], picture: Picture) => Promise<Result>,
): Promise<Result | undefined> {
  return withinBytes(photo.size, 2 * maxPhotoBytes, async () => {
    await using stored = await photos.get(photo.key);
    if (stored?.info.etag !== photo.etag) return undefined;
    const bytes = await stored.bytes({ maxBytes: maxPhotoBytes });
    const picture = await inspect(bytes, [photo.contentType], maxPixels);
    const [needed, allowed] = [memoryOf(picture, outputs), maxPixels * memoryPerPixel.all];
    if (needed > allowed) {
      const excess = `it may take ${needed} bytes of memory, MAX_PIXELS allows ${allowed}; ask for less or for no AVIF`;
      throw new FunctionError("too_large", `Cannot convert the picture: ${excess}.`);
    }
    // Its parts may take memory that its pixels do not tell of, so it goes alone.
    const taken = picture.type === "image/svg+xml" ? allowed : needed;
    return withinMemory(taken, allowed, async () =>
      keep(await render(bytes, picture, outputs, maxPixels), picture),
    );
  });
}
