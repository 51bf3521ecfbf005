// Serves an original as it was stored, GPS position and all, so only to whom the platform lets through.
import { defineFunction, http, read } from "@faasade/core";
import { isKnown, missing, notModified, streamed } from "../image-reply.ts";
import { photos } from "../resources/photos.ts";
import { sniff } from "../sniff.ts";

export default defineFunction({
  name: "serve-photo",
  trigger: http("GET /photos/{key+}", { auth: "platform" }),
  uses: { photos: read(photos) },
  async handle(request, { photos }) {
    const { key } = request.params;
    const info = await photos.head(key);
    if (info === undefined) throw missing(key);
    const headers = { etag: `"${info.etag}"`, "cache-control": "private, no-cache" };
    if (isKnown(request.headers.get("if-none-match"), headers.etag)) return notModified(headers);
    const start = info.size === 0 ? undefined : await photos.get(key, { range: { start: 0, end: 255 } });
    const type = start === undefined ? undefined : sniff(await start.bytes());
    const stored = await photos.get(key);
    if (stored === undefined) throw missing(key);
    // Pictures are shown in the page; what may hold scripts, and what is no picture, is only handed over as a file.
    const isInert = type !== undefined && type !== "image/svg+xml";
    const disposition = { "content-disposition": isInert ? "inline" : "attachment" };
    const fields = { ...headers, ...disposition, "cross-origin-resource-policy": "same-origin" };
    return streamed(request.method, stored, type ?? "application/octet-stream", fields);
  },
});
