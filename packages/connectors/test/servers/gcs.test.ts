// The gcs driver against fake-gcs-server: the port's suite, and what is the driver's own on a server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientOf, keysOf, mustGet, patterned } from "../../src/object-store/conformance/harness.ts";
import { objectStoreConformance } from "../../src/object-store/conformance.ts";
import { open } from "../../src/object-store/gcs/index.ts";
import { type FakeGcs, gcsHarness, startFakeGcs } from "./fake-gcs.ts";
import { heldMemory } from "./held-memory.ts";
import { describeOn } from "./installed.ts";
import { useSigningAccount } from "./signing-account.ts";

const mebibyte = 1024 * 1024;

describeOn("fake-gcs-server", "go", () => {
  let server: FakeGcs;

  beforeAll(async () => {
    await useSigningAccount();
    server = await startFakeGcs();
    await server.createBucket("shared");
  });

  afterAll(() => server.stop());

  objectStoreConformance(gcsHarness(() => server));

  describe("the gcs driver", () => {
    it("keeps stores with different prefixes in one bucket apart", async () => {
      const [one, two] = ["shared/n%C2%B0%201", "shared/n%C2%B0%202"].map((place) =>
        clientOf(open(server.url(place))),
      );
      await one!.put("a/1", "one");
      await one!.put("a/2", "one");
      await two!.put("a/1", "two");
      expect(await keysOf(one!, "a/")).toEqual(["a/1", "a/2"]);
      expect(await one!.list({ limit: 1 })).toMatchObject({ objects: [{ key: "a/1" }], next: "a/1" });
      expect(await keysOf(two!)).toEqual(["a/1"]);
      await expect(one!.put("x".repeat(1020), "x")).rejects.toMatchObject({ code: "invalid" });
    });

    it("takes an etag that no object ever had for a condition that does not hold", async () => {
      const client = clientOf(open(server.url("shared")));
      for (const ifMatch of ["0", "abc", "123"])
        await expect(client.put("never", "x", { ifMatch })).rejects.toMatchObject({
          code: "precondition_failed",
        });
      expect(await client.head("never")).toBeUndefined();
    });

    it("calls a missing bucket unavailable, not a missing object", async () => {
      const client = clientOf(open(server.url("not-there")));
      const expected = { code: "unavailable", message: expect.stringContaining("no such bucket") };
      await expect(client.list()).rejects.toMatchObject(expected);
      await expect(client.put("a", "x")).rejects.toMatchObject({ code: "unavailable" });
    });

    it("streams up and down without holding the object in memory", async () => {
      const client = clientOf(open(server.url("shared")));
      const piece = patterned(mebibyte);
      const total = 128;
      const limit = 96 * mebibyte;
      const { watch, most } = heldMemory(limit);
      async function* source() {
        for (let at = 0; at < total; at += 1) {
          watch();
          yield piece;
        }
      }
      expect((await client.put("huge.bin", source())).size).toBe(total * mebibyte);
      let read = 0;
      for await (const chunk of (await mustGet(client, "huge.bin")).stream()) {
        read += chunk.length;
        watch();
      }
      expect(read).toBe(total * mebibyte);
      expect(most()).toBeLessThan(limit);
    }, 120_000);
  });
});
