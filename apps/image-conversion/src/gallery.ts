// What the gallery shows: the newest photos with what became of each, failures with their reasons.
import type { ListedObject, ObjectReader } from "@faasade/connectors/object-store";
import { type Manifest, readManifest } from "./manifest.ts";

/** URLs are relative to the app's own root. */
export interface GalleryEntry {
  readonly key: string;
  readonly url: string;
  readonly bytes: number;
  readonly state: "converting" | "converted" | "failed";
  /** Why it failed. */
  readonly reason: string | undefined;
  readonly width: number | undefined;
  readonly height: number | undefined;
  readonly renditions: readonly (Omit<Manifest["renditions"][number], "key"> & { readonly url: string })[];
}

const size = 60;

/** The newest photos first, at most 60. */
export async function readGallery(photos: ObjectReader, renditions: ObjectReader): Promise<GalleryEntry[]> {
  const all = await Array.fromAsync(photos.keys());
  const newest = all.sort((a, b) => b.modifiedAt - a.modifiedAt || (a.key < b.key ? -1 : 1)).slice(0, size);
  return Promise.all(newest.map(async (photo) => toEntry(photo, await readManifest(renditions, photo.key))));
}

function toEntry(photo: ListedObject, manifest: Manifest | undefined): GalleryEntry {
  const current = manifest?.photo.etag === photo.etag ? manifest : undefined;
  return {
    key: photo.key,
    url: pathOf("photos", photo.key),
    bytes: photo.size,
    state: current === undefined ? "converting" : current.failure === undefined ? "converted" : "failed",
    reason: current?.failure?.reason,
    width: current?.photo.width,
    height: current?.photo.height,
    renditions: (current?.renditions ?? []).map(({ key, ...rest }) => ({
      ...rest,
      url: pathOf("renditions", key),
    })),
  };
}

function pathOf(root: string, key: string): string {
  return [root, ...key.split("/")].map(encodeURIComponent).join("/");
}
