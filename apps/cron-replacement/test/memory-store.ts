// A store in memory that keeps the port's promises of conditions and order: properties need thousands of them.
import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { ObjectStoreDriver } from "@faasade/connectors/object-store";
import { type Clock, FunctionError } from "@faasade/core";

interface Stored {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly modifiedAt: number;
}

export function memoryStore(clock: Clock): ObjectStoreDriver {
  const objects = new Map<string, Stored>();
  const infoOf = (key: string, { bytes, etag, modifiedAt }: Stored) => {
    return { key, size: bytes.length, etag, modifiedAt, contentType: "application/json", metadata: {} };
  };
  return {
    async head(key) {
      const stored = objects.get(key);
      return stored && infoOf(key, stored);
    },
    async get(key) {
      const stored = objects.get(key);
      if (stored === undefined) return undefined;
      const body = (async function* () {
        yield stored.bytes;
      })();
      return { info: infoOf(key, stored), body, discard: async () => {} };
    },
    async put(key, body, { ifMatch, ifNoneMatch }) {
      const bytes = body instanceof Uint8Array ? Buffer.from(body) : await buffer(body);
      const former = objects.get(key);
      const holds =
        (ifNoneMatch === undefined || former === undefined) &&
        (ifMatch === undefined || former?.etag === ifMatch);
      if (!holds) throw new FunctionError("precondition_failed", `${key} is not as it was seen.`);
      const etag = createHash("sha256").update(bytes).digest("hex");
      objects.set(key, { bytes, etag, modifiedAt: clock.now() });
      return { etag, size: bytes.length };
    },
    async delete(key) {
      objects.delete(key);
    },
    async list({ prefix, after = "", limit }) {
      const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      const page = keys.slice(0, limit);
      return {
        objects: page.map((key) => infoOf(key, objects.get(key) as Stored)),
        next: keys.length > limit ? page.at(-1) : undefined,
      };
    },
    async probeConditionalPut() {},
    async close() {},
  };
}
