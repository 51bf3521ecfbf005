// Brings what is stored of a photo in line with the photo itself, whatever happened before and in whatever order.
import type { ObjectInfo } from "@faasade/connectors/object-store";
import { FunctionError } from "@faasade/core";
import { isSettled, type Manifest, type Rendition, type Stores } from "./manifest.ts";
import { folderOfPhoto, folderOfVersion, manifestKey, type Planned, planRenditions } from "./plan.ts";
import type { Rendered } from "./render.ts";
import { renderStored } from "./render-stored.ts";

/**
 * Asks the store rather than the event, so that a repeated, late or reordered event does no harm, and looks again at
 * the end, so that a change in between is not missed. Safe to stop anywhere and to run again.
 * @throws {FunctionError} the reason, once the manifest says it, when the photo can never be converted.
 */
export async function settle(key: string, stores: Stores): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    const photo = await stores.photos.head(key);
    const failure = photo === undefined ? await forget(key, stores) : await convert(photo, stores);
    const now = await stores.photos.head(key);
    if (now?.etag !== photo?.etag) continue;
    if (failure !== undefined) throw failure;
    return;
  }
  throw new FunctionError("unavailable", `Cannot convert ${key} now: it keeps changing.`);
}

/** Renditions, then the manifest that names them, then what is out of date: no manifest names what is not there. */
async function convert(photo: ObjectInfo, stores: Stores): Promise<FunctionError | undefined> {
  const { renditions, rendering } = stores;
  const { key, etag, size: bytes } = photo;
  const planned = planRenditions(photo, rendering);
  let failure: FunctionError | undefined;
  if (!(await isSettled(renditions, photo, planned))) {
    const made = await make(planned, photo, stores).catch((error: unknown) => {
      if (!(error instanceof FunctionError) || error.redeliver) throw error;
      failure = error;
      return { photo: {}, renditions: [], failure: { code: error.code, reason: error.message } };
    });
    if (made === undefined) return undefined;
    const manifest: Manifest = { ...made, photo: { key, etag, bytes, ...made.photo } };
    await renditions.put(manifestKey(key), JSON.stringify(manifest));
  }
  for await (const { key: old } of renditions.keys(folderOfPhoto(key))) {
    if (!old.startsWith(folderOfVersion(photo))) await renditions.delete(old);
  }
  return failure;
}

/** Undefined when the photo is no longer the one that was seen. */
function make(planned: readonly Planned[], photo: ObjectInfo, stores: Stores) {
  const outputs = planned.map(({ output }) => output);
  return renderStored(photo, outputs, stores, async (rendered, { type, width, height }) => {
    const made: Rendition[] = [];
    for (const [index, { key, preset, output }] of planned.entries()) {
      const { bytes, width, height } = rendered[index] as Rendered;
      await stores.renditions.put(key, bytes);
      made.push({ preset, format: output.format, key, width, height, bytes: bytes.length });
    }
    return { photo: { type, width, height }, renditions: made };
  });
}

async function forget(key: string, { renditions }: Stores): Promise<undefined> {
  await renditions.delete(manifestKey(key));
  for await (const { key: made } of renditions.keys(folderOfPhoto(key))) await renditions.delete(made);
}
