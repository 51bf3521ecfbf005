// What a media type says about event data and about the content mode of a message.

import { CloudEventError, describe } from "./error.ts";

export type DataKind = "json" | "text" | "bytes";
/** How an event travels: attributes beside the data, attributes and data in one document, or many such documents. */
export type ContentMode = "binary" | "structured" | "batch";

export const structuredType = "application/cloudevents+json";
export const batchType = "application/cloudevents-batch+json";
export const impliedType = "application/json";

const token = "[\\w!#$%&'*+.^`|~-]+";
const mediaType = new RegExp(`^${token}/${token}[ \\t]*(?:;[\\x20-\\x7e]*)?$`);
const charsetParameter = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

export function isMediaType(text: string): boolean {
  return text === impliedType || mediaType.test(text);
}

/** JSON is a subtype of `json` or one that ends in `+json`; text in a charset other than UTF-8 stays bytes. */
export function dataKind(contentType: string): DataKind {
  if (contentType === impliedType) return "json";
  const essence = essenceOf(contentType);
  if (essence.endsWith("/json") || essence.endsWith("+json")) return "json";
  return essence.startsWith("text/") && isUtf8(contentType) ? "text" : "bytes";
}

/** The mode a `Content-Type` announces; the prefix decides, as the bindings say. */
export function contentMode(contentType: string | undefined): ContentMode {
  if (contentType === undefined || contentType === impliedType) return "binary";
  const essence = essenceOf(contentType);
  if (essence.startsWith("application/cloudevents-batch")) return "batch";
  return essence.startsWith("application/cloudevents") ? "structured" : "binary";
}

/** @throws {CloudEventError} when a structured message or a batch is in another format than JSON. */
export function requireJsonFormat(contentType: string | undefined, mode: ContentMode): void {
  const expected = mode === "batch" ? batchType : structuredType;
  if (contentType !== undefined && essenceOf(contentType) === expected) return;
  throw new CloudEventError(undefined, `found the format ${describe(contentType)}, expected ${expected}.`);
}

/** The media type without parameters, in lower case. */
function essenceOf(contentType: string): string {
  const end = contentType.indexOf(";");
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
}

function isUtf8(contentType: string): boolean {
  const charset = charsetParameter.exec(contentType)?.[1]?.toLowerCase();
  return charset === undefined || charset === "utf-8" || charset === "utf8" || charset === "us-ascii";
}
