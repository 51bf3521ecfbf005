// The page of the app, and the data that it asks for again and again.
import { createHash } from "node:crypto";
import { defineFunction, html, http, json, read } from "@faasade/core";
import { readGallery } from "../gallery.ts";
import { isKnown, notModified } from "../image-reply.ts";
import { contentSecurityPolicy, page } from "../page.ts";
import { photos } from "../resources/photos.ts";
import { renditions } from "../resources/renditions.ts";

export default defineFunction({
  name: "show-gallery",
  trigger: http({ "GET /": { auth: "platform" }, "GET /gallery.json": { auth: "platform" } }),
  uses: { photos: read(photos), renditions: read(renditions) },
  async handle(request, { photos, renditions }) {
    if (request.path === "/") {
      const headers = {
        "content-security-policy": contentSecurityPolicy(),
        "x-content-type-options": "nosniff",
      };
      return html(page, { headers: { ...headers, "cache-control": "no-cache" } });
    }
    const gallery = await readGallery(photos, renditions);
    const etag = `"${createHash("sha256").update(JSON.stringify(gallery)).digest("base64url")}"`;
    const headers = { etag, "cache-control": "private, no-cache" };
    return isKnown(request.headers.get("if-none-match"), etag)
      ? notModified(headers)
      : json({ photos: gallery }, { headers });
  },
});
