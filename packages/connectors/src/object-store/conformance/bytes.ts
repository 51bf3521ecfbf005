// Bytes and what stands beside them come back as they were given, whole or not at all.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOf, createClient, inChunks, mustGet, type ObjectStoreHarness, patterned } from "./harness.ts";

const mebibyte = 1024 * 1024;

export function bytesSuite(harness: ObjectStoreHarness): void {
  describe("objects", () => {
    it("gives back any bytes, given at once or in pieces", async () => {
      const client = await createClient(harness);
      const bodies = fc.tuple(
        fc.tuple(fc.nat({ max: 100_000 }), fc.nat()).map(([length, seed]) => patterned(length, seed)),
        fc.integer({ min: 1, max: 30_000 }),
        fc.boolean(),
      );
      const property = fc.asyncProperty(bodies, async ([bytes, chunkBytes, streamed]) => {
        const put = await client.put("any.bin", streamed ? inChunks(bytes, chunkBytes) : bytes);
        const object = await mustGet(client, "any.bin");
        expect(put).toEqual({ etag: object.info.etag, size: bytes.length });
        expect(object.info.size).toBe(bytes.length);
        expect(Buffer.compare(await object.bytes(), bytes)).toBe(0);
      });
      await fc.assert(property, { numRuns: 25 });
    });

    it("gives back a large stream, and any part of it", async () => {
      const client = await createClient(harness);
      const bytes = patterned(12 * mebibyte + 7);
      await client.put("large.bin", inChunks(bytes, 1_000_003));
      expect(Buffer.compare(await (await mustGet(client, "large.bin")).bytes(), bytes)).toBe(0);
      const range = { start: 5 * mebibyte - 10, end: 5 * mebibyte + 10 };
      const part = await client.get("large.bin", { range });
      expect(part?.info.size).toBe(bytes.length);
      expect(Buffer.from((await part?.bytes()) ?? [])).toEqual(
        Buffer.from(bytes.subarray(range.start, range.end + 1)),
      );
    });

    it("reads ranges as HTTP does, and refuses those behind the last byte", async () => {
      const client = await createClient(harness);
      await client.put("digits.txt", "0123456789");
      const read = async (start: number, end?: number) =>
        (await client.get("digits.txt", { range: end === undefined ? { start } : { start, end } }))?.text();
      expect(await read(0, 0)).toBe("0");
      expect(await read(3, 5)).toBe("345");
      expect(await read(7)).toBe("789");
      expect(await read(7, 500)).toBe("789");
      await expect(read(10)).rejects.toMatchObject({ code: "invalid" });
      await expect(read(5, 3)).rejects.toMatchObject({ code: "invalid" });
      await expect(read(-1)).rejects.toMatchObject({ code: "invalid" });
      expect(await client.get("none.txt", { range: { start: 0 } })).toBeUndefined();
    });

    it("keeps content type and metadata, whatever their text", async () => {
      const client = await createClient(harness);
      const metadata = {
        plain: "Lighthouse 7",
        "long-name": "a=b; c",
        accents: "Übergrößenträger 灯台 🗼",
        spaces: "  two  ",
        lines: "one\r\ntwo",
        empty: "",
        marked: "utf-8''100%25",
      };
      await client.put("a.txt", "a", { contentType: "text/x-note; charset=utf-8", metadata });
      const info = await client.head("a.txt");
      expect(info).toMatchObject({ key: "a.txt", size: 1, contentType: "text/x-note; charset=utf-8" });
      expect(info?.metadata).toEqual(metadata);
      expect((await mustGet(client, "a.txt")).info).toEqual(info);
      expect(info?.modifiedAt).toBeGreaterThan(Date.UTC(2020, 0, 1));
    });

    it("guesses the content type from the key's ending, else calls it bytes", async () => {
      const client = await createClient(harness);
      await client.put("photo.JPG", "");
      await client.put("thing", inChunks(patterned(10), 3));
      expect((await client.head("photo.JPG"))?.contentType).toBe("image/jpeg");
      expect((await client.head("thing"))?.contentType).toBe("application/octet-stream");
    });

    it("replaces everything when it overwrites", async () => {
      const client = await createClient(harness);
      const first = await client.put("a", "first, longer", { contentType: "text/x-a", metadata: { a: "1" } });
      const second = await client.put("a", "second", { metadata: { b: "2" } });
      const object = await mustGet(client, "a");
      expect(await object.text()).toBe("second");
      expect(object.info).toMatchObject({
        size: 6,
        etag: second.etag,
        contentType: "application/octet-stream",
      });
      expect(object.info.metadata).toEqual({ b: "2" });
      expect(second.etag).not.toBe(first.etag);
    });

    it("deletes, also what is not there", async () => {
      const client = await createClient(harness);
      await client.put("gone", "x");
      await client.delete("gone");
      await client.delete("gone");
      expect(await client.head("gone")).toBeUndefined();
      expect(await client.get("gone")).toBeUndefined();
    });

    it("keeps the former object when a body fails midway, and rethrows the body's own error", async () => {
      const client = await createClient(harness);
      await client.put("kept", "former");
      for (const bytesBefore of [10, 6 * mebibyte]) {
        async function* broken() {
          yield patterned(bytesBefore);
          throw new RangeError("the source broke");
        }
        await expect(client.put("kept", broken())).rejects.toThrow(new RangeError("the source broke"));
        await expect(client.put("never", broken())).rejects.toThrow(RangeError);
      }
      expect(await (await mustGet(client, "kept")).text()).toBe("former");
      expect(await client.head("never")).toBeUndefined();
    });

    it("shows concurrent readers one whole version, with its own metadata", async () => {
      const store = await harness.create();
      const [client, other] = [clientOf(store.driver), clientOf(await store.again())];
      const put = (round: number) =>
        client.put("busy", inChunks(new Uint8Array(1000 * (1 + (round % 7))).fill(round), 700), {
          metadata: { round: String(round) },
        });
      await put(0);
      let writing = true;
      const writes = (async () => {
        for (let round = 1; round <= 40; round += 1) await put(round);
      })().finally(() => {
        writing = false;
      });
      let reads = 0;
      while (writing) {
        const object = await mustGet(other, "busy");
        const round = Number(object.info.metadata["round"]);
        const bytes = await object.bytes();
        expect(bytes.length).toBe(1000 * (1 + (round % 7)));
        expect(bytes.every((byte) => byte === round)).toBe(true);
        reads += 1;
      }
      await writes;
      expect(reads).toBeGreaterThan(0);
    });

    it("frees what an object holds that nobody reads", async () => {
      const client = await createClient(harness);
      await client.put("unread", patterned(2 * mebibyte));
      for (let round = 0; round < 60; round += 1) {
        await using object = await mustGet(client, "unread");
        expect(object.info.size).toBe(2 * mebibyte);
      }
    });
  });
}
