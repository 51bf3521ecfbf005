// Serves what was made, whole or in part; it never changes, so it may be kept for ever.
import { bytes, defineFunction, empty, http, read } from "@faasade/core";
import { isKnown, missing, notModified, safely, streamed } from "../image-reply.ts";
import { etagOfResult } from "../plan.ts";
import { renditions } from "../resources/renditions.ts";

export default defineFunction({
  name: "serve-rendition",
  trigger: http("GET /renditions/{key+}", { auth: "public" }),
  uses: { renditions: read(renditions) },
  async handle({ method, params: { key }, headers: asked }, { renditions }) {
    const etag = etagOfResult(key);
    if (etag === undefined) throw missing(`rendition ${key}`);
    const headers = {
      etag,
      "cache-control": "public, max-age=31536000, immutable",
      "accept-ranges": "bytes",
    };
    if (isKnown(asked.get("if-none-match"), etag)) return notModified(headers);
    const info = await renditions.head(key);
    if (info === undefined) throw missing(`rendition ${key}`);

    const range = method === "GET" ? readRange(asked.get("range"), info.size) : undefined;
    if (range === "unsatisfiable")
      return empty({ status: 416, headers: { "content-range": `bytes */${info.size}` } });
    const stored = await renditions.get(key, range && { range });
    if (stored === undefined) throw missing(`rendition ${key}`);
    if (range === undefined) return streamed(method, stored, info.contentType, headers);
    const { start, end } = range;
    const part = {
      "content-range": `bytes ${start}-${end}/${info.size}`,
      "content-length": `${end - start + 1}`,
    };
    return bytes(stored.stream(), info.contentType, {
      status: 206,
      headers: { ...safely, ...headers, ...part },
    });
  },
});

type Range = { readonly start: number; readonly end: number };

/** One range of bytes, both ends included; undefined for anything else, which is answered whole (RFC 9110, 14.2). */
function readRange(header: string | null, size: number): Range | "unsatisfiable" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first + last === "") return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start <= end ? { start, end } : "unsatisfiable";
}
