// Takes a photo: looks at it first, so that what cannot be converted is refused before it is stored.
import { defineFunction, FunctionError, http, json, write } from "@faasade/core";
import { createBudget } from "../budget.ts";
import { inspect } from "../inspect.ts";
import { planRenditions } from "../plan.ts";
import { photos } from "../resources/photos.ts";
import { rendering } from "../resources/rendering.ts";
import { claimOfName } from "../sniff.ts";

const upload = { auth: "platform", maxBodyBytes: 25 * 1024 * 1024 } as const;

/** Of photos that are being received, apart from those that are being converted: who sends slowly holds up no other work. */
const withinUploads = createBudget();

export default defineFunction({
  name: "upload-photo",
  trigger: http({ "POST /photos": upload, "PUT /photos/{key+}": upload }),
  uses: { photos: write(photos), rendering },
  async handle(request, { photos, rendering, ids, signal, urlOf }) {
    const name = request.params.key ?? request.query.get("name") ?? "photo";
    // A posted photo is a new one, whatever its name; a put one replaces what has this key.
    const key = request.params.key ?? `${ids.next().toLowerCase()}-${name.replace(/^.*[\\/]/s, "")}`;
    const { maxPhotoBytes, maxPixels } = rendering;
    const announced = Number(request.headers.get("content-length")) || upload.maxBodyBytes;
    const { etag, photo } = await withinUploads(announced, 2 * maxPhotoBytes, async () => {
      const bytes = await beforeAbort(() => request.bytes(), signal);
      if (bytes.length > maxPhotoBytes) {
        const message = `Cannot take ${key}: MAX_PHOTO_BYTES allows ${maxPhotoBytes} bytes.`;
        throw new FunctionError("too_large", message);
      }
      const claims = [request.headers.get("content-type") ?? "", claimOfName(key)];
      const { type, width, height } = await inspect(bytes, claims, maxPixels);
      const { etag } = await photos.put(key, bytes, { contentType: type });
      return { etag, photo: { type, width, height, bytes: bytes.length } };
    });
    const renditions = planRenditions({ key, etag }, rendering).map(({ preset, output, key }) => {
      return { preset, format: output.format, url: urlOf("serve-rendition", { key }) };
    });
    const url = urlOf("serve-photo", { key });
    return json({ key, photo: { url, ...photo }, renditions }, { status: 201, headers: { location: url } });
  },
});

/** What is still coming when the function's time is over holds its place no longer. */
function beforeAbort<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const late = new FunctionError("timeout", "Cannot take the photo: it did not come in time.");
    signal.addEventListener("abort", () => reject(late), { once: true });
    work().then(resolve, reject);
  });
}
