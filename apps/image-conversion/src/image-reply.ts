// Replies that carry pictures: what browsers may do with them, how long they may keep them, what they have already.
import type { StoredObject } from "@faasade/connectors/object-store";
import { bytes, empty, FunctionError, type Reply } from "@faasade/core";

/** No guessing of types; nothing in a picture runs or loads, should one be opened as a page of its own. */
export const safely = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  "cross-origin-resource-policy": "cross-origin",
};

/** The stored bytes as a stream, or for HEAD what would be said of them. */
export async function streamed(
  method: string,
  stored: StoredObject,
  contentType: string,
  fields: Readonly<Record<string, string>>,
): Promise<Reply> {
  const headers = { ...safely, "content-length": String(stored.info.size), ...fields };
  if (method !== "HEAD") return bytes(stored.stream(), contentType, { headers });
  await stored[Symbol.asyncDispose]();
  return empty({ status: 200, headers: { ...headers, "content-type": contentType } });
}

/** Whether the client said that it has this version: If-None-Match compares weakly. */
export function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return (
    ifNoneMatch.trim() === "*" ||
    ifNoneMatch.split(",").some((one) => one.trim().replace(/^W\//, "") === etag)
  );
}

export function notModified(headers: Readonly<Record<string, string>>): Reply {
  return empty({ status: 304, headers });
}

export function missing(what: string): FunctionError {
  return new FunctionError("not_found", `Cannot show ${what}: there is none.`);
}
