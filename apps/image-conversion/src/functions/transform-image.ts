// Makes an image as its signed URL asks for it; what was made once is read from the store.
import type { ObjectInfo, StoredObject } from "@faasade/connectors/object-store";
import { defineFunction, FunctionError, http, read, readWrite, redirect } from "@faasade/core";
import { type Asked, checkSize, readAsked } from "../asked.ts";
import { affordsAvif } from "../budget.ts";
import { isKnown, missing, notModified, streamed } from "../image-reply.ts";
import type { Stores } from "../manifest.ts";
import { negotiate } from "../negotiate.ts";
import { chooseOutput, etagOfResult, type Output, renditionKey } from "../plan.ts";
import type { Rendered } from "../render.ts";
import { renderStored } from "../render-stored.ts";
import { delivery } from "../resources/delivery.ts";
import { photos } from "../resources/photos.ts";
import { rendering } from "../resources/rendering.ts";
import { renditions } from "../resources/renditions.ts";
import { signingKey } from "../resources/signing-key.ts";
import { verify } from "../signature.ts";

export default defineFunction({
  name: "transform-image",
  trigger: http("GET /images/{key+}", { auth: "public" }),
  uses: { photos: read(photos), renditions: readWrite(renditions), rendering, delivery, signingKey },
  async handle(request, { photos, renditions, rendering, delivery, signingKey, clock, urlOf }) {
    const { asked, signature } = readAsked(request.params.key, request.query);
    verify(asked, signature, await signingKey.get(), clock.now());
    const photo = await photos.head(asked.key);
    if (photo === undefined) throw missing(`an image of ${asked.key}`);

    const fallback = ["image/png", "image/gif", "image/svg+xml"].includes(photo.contentType) ? "png" : "jpeg";
    const { maxEdge, maxPixels } = rendering;
    const box = boxOf(asked, maxEdge);
    const hasAvif = affordsAvif(box.width ?? maxEdge, box.height ?? maxEdge, maxPixels);
    const format =
      asked.format === "auto" ? negotiate(request.headers.get("accept"), fallback, hasAvif) : asked.format;
    const output = chooseOutput({ ...box, format, quality: asked.q }, rendering);
    const key = renditionKey(photo, output, [output]);

    const etag = etagOfResult(key) as string;
    const maxAge = Math.min(delivery.cacheSeconds, asked.expires - Math.floor(clock.now() / 1000));
    const vary: Record<string, string> = asked.format === "auto" ? { vary: "accept" } : {};
    const headers = { etag, "cache-control": `public, max-age=${maxAge}`, ...vary };
    if (isKnown(request.headers.get("if-none-match"), etag)) return notModified(headers);

    const stored =
      (await renditions.get(key)) ?? (await make(photo, output, key, { photos, renditions, rendering }));
    if (stored.info.size <= delivery.maxReplyBytes) {
      return streamed(request.method, stored, `image/${format}`, headers);
    }
    await stored[Symbol.asyncDispose]();
    const elsewhere =
      (await renditions.signedUrl(key, { expiresSeconds: 300 })) ?? urlOf("serve-rendition", { key });
    return redirect(elsewhere, { headers: { ...vary, "cache-control": "no-store" } });
  },
});

/** Without a size the whole picture, as far as a URL may ask. */
function boxOf({ w, h, fit }: Asked, maxEdge: number): Pick<Output, "width" | "height" | "fit"> {
  checkSize({ w, h }, maxEdge);
  const hasSize = w !== undefined || h !== undefined;
  return hasSize ? { width: w, height: h, fit } : { width: maxEdge, height: maxEdge, fit: "inside" };
}

/** Makes and stores the image, then looks whether the photo is still the same, so that nothing stays of one that is gone. */
async function make(photo: ObjectInfo, output: Output, key: string, stores: Stores): Promise<StoredObject> {
  const { photos, renditions } = stores;
  const isMade = await renderStored(photo, [output], stores, async ([image]) => {
    await renditions.put(key, (image as Rendered).bytes);
    return true;
  });
  if (isMade === undefined) throw changed(photo.key);
  const stored = await renditions.get(key);
  const now = await photos.head(photo.key);
  if (stored !== undefined && now?.etag === photo.etag) return stored;
  await renditions.delete(key);
  throw changed(photo.key);
}

function changed(key: string): FunctionError {
  const message = `Cannot make the image: ${key} is just being replaced.`;
  return new FunctionError("unavailable", message, { retryAfterSeconds: 1 });
}
