// The manifest of a photo: what became of its newest version, as one object that is replaced whole.
import type { ObjectReader, ObjectWriter } from "@faasade/connectors/object-store";
import * as v from "valibot";
import { manifestKey, type Planned, type Version } from "./plan.ts";
import { formats, type Rendering } from "./resources/rendering.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema = v.object({
  /** `type`, `width` and `height` are known of what could be read. */
  photo: v.object({
    key: v.string(),
    etag: v.string(),
    bytes: count,
    type: v.optional(v.string()),
    width: v.optional(count),
    height: v.optional(count),
  }),
  renditions: v.array(
    v.object({
      preset: v.string(),
      format: v.picklist(formats),
      key: v.string(),
      width: count,
      height: count,
      bytes: count,
    }),
  ),
  /** Why there are no renditions; an error code and its message. */
  failure: v.optional(v.object({ code: v.string(), reason: v.string() })),
});

export type Manifest = v.InferOutput<typeof schema>;
export type Rendition = Manifest["renditions"][number];

/** What a conversion reads and writes. */
export interface Stores {
  readonly photos: ObjectReader;
  readonly renditions: ObjectReader & ObjectWriter;
  readonly rendering: Rendering;
}

/** Undefined while the photo waits for its first conversion, and after it is gone. */
export async function readManifest(
  renditions: ObjectReader,
  photoKey: string,
): Promise<Manifest | undefined> {
  const stored = await renditions.get(manifestKey(photoKey));
  return stored === undefined ? undefined : v.parse(schema, await stored.json());
}

/** Whether the manifest is of this version and this plan, and everything it names is there. */
export async function isSettled(
  renditions: ObjectReader,
  photo: Version,
  planned: readonly Planned[],
): Promise<boolean> {
  const manifest = await readManifest(renditions, photo.key);
  const keys = planned.map(({ key }) => key);
  if (manifest?.photo.etag !== photo.etag || manifest.renditions.map(({ key }) => key).join() !== keys.join())
    return false;
  const found = await Promise.all(keys.map((key) => renditions.head(key)));
  return !found.includes(undefined);
}
