// Uploads in chunks, over a network that loses them.
import { describe, expect, it } from "vitest";
import { clientOf, inChunks, patterned } from "../../src/object-store/conformance/harness.ts";
import { open } from "../../src/object-store/gcs/index.ts";
import { type Mishap, type SessionServer, startSessions } from "./session-server.ts";

const mebibyte = 1024 * 1024;

async function tryUpload(
  mishaps: readonly Mishap[],
  body: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<{ readonly put: Promise<{ size: number }>; readonly server: SessionServer }> {
  const server = await startSessions();
  server.mishaps.push(...mishaps);
  const client = clientOf(open(`gs://photos?endpoint=${encodeURIComponent(server.endpoint)}`));
  const put = client.put("a", body);
  await put.catch(() => {});
  await server.stop();
  return { put, server };
}

describe("an upload in chunks", () => {
  it.each<readonly Mishap[]>([
    [],
    ["lose the chunk", "refuse", "store a part"],
    ["lose the answer"],
    ["store a part", "lose the answer", "store a part", "store a part"],
    ["store a part", "store a part", "store a part", "lose the answer", "lose the answer"],
  ])("goes on where it broke off: %s %s %s %s %s", async (...mishaps) => {
    const bytes = patterned(20 * mebibyte + 5);
    for (const body of [inChunks(bytes, 1_000_003), bytes]) {
      const { put, server } = await tryUpload(mishaps.filter(Boolean), body);
      expect((await put).size).toBe(bytes.length);
      expect(Buffer.compare(server.stored(), bytes)).toBe(0);
    }
  });

  it("ends at the end of a chunk, too", async () => {
    const bytes = patterned(16 * mebibyte);
    const { put, server } = await tryUpload([], inChunks(bytes, mebibyte));
    expect((await put).size).toBe(bytes.length);
    expect(Buffer.compare(server.stored(), bytes)).toBe(0);
  });

  it("is given up, and its session cancelled, when chunks are lost again and again", async () => {
    const { put, server } = await tryUpload(Array(20).fill("refuse"), patterned(10 * mebibyte));
    await expect(put).rejects.toMatchObject({ code: "unavailable" });
    expect(server.isCancelled()).toBe(true);
  });

  it("is cancelled when its body fails, and stores nothing", async () => {
    async function* broken() {
      yield patterned(18 * mebibyte);
      throw new RangeError("the source broke");
    }
    const { put, server } = await tryUpload([], broken());
    await expect(put).rejects.toThrow(new RangeError("the source broke"));
    expect(server.isCancelled()).toBe(true);
  });
});
