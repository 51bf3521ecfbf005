// The items of a payload: one or a list, as JSON in text or bytes, packed with gzip or not.
import { gunzipSync } from "node:zlib";

const mostUnpackedBytes = 4 << 20;

/** @throws {Error} for what is no JSON, or too large when it is unpacked. */
export function unpack(payload: unknown): readonly unknown[] {
  if (payload instanceof Uint8Array) {
    const isPacked = payload[0] === 0x1f && payload[1] === 0x8b;
    const bytes = isPacked ? gunzipSync(payload, { maxOutputLength: mostUnpackedBytes }) : payload;
    return unpack(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  }
  if (typeof payload === "string") {
    const value: unknown = JSON.parse(payload);
    return typeof value === "string" ? [value] : unpack(value);
  }
  return Array.isArray(payload) ? payload : [payload];
}
