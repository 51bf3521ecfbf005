// The azure-blob driver against Azurite: the port's suite, and what is the driver's own on a server.
import { BlobServiceClient } from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { open } from "../../src/object-store/azure-blob/index.ts";
import { clientOf, keysOf, mustGet, patterned } from "../../src/object-store/conformance/harness.ts";
import { objectStoreConformance } from "../../src/object-store/conformance.ts";
import { type Azurite, startAzurite } from "./azurite.ts";
import { heldMemory } from "./held-memory.ts";
import { describeOn } from "./installed.ts";

const mebibyte = 1024 * 1024;

describeOn("Azurite blobs", "npm", () => {
  let azurite: Azurite;
  let stores = 0;

  beforeAll(async () => {
    azurite = await startAzurite();
    await createContainer("shared");
  });

  afterAll(() => azurite.stop());

  const createContainer = (name: string) =>
    BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer(name);
  const openAt = (place: string) => open(`azure-blob://${azurite.account}/${place}`, azurite);

  objectStoreConformance({
    title: "the azure-blob driver and Azurite",
    capabilities: {
      conditionalPut: true,
      signatures: "checked",
      signedPutHeaders: { "x-ms-blob-type": "BlockBlob" },
      keys: "any",
      // Azurite goes by UTF-16 units; Azure does not say what it goes by.
      order: "locale",
    },
    async create() {
      stores += 1;
      const name = `store-${stores}`;
      await createContainer(name);
      return { driver: openAt(name), again: async () => openAt(name) };
    },
  });

  describe("the azure-blob driver", () => {
    it("keeps stores with different prefixes in one container apart", async () => {
      const [one, two] = ["shared/n%C2%B0%201", "shared/n%C2%B0%202"].map((place) => clientOf(openAt(place)));
      await one!.put("a/1", "one");
      await one!.put("a/2", "one");
      await two!.put("a/1", "two");
      expect(await keysOf(one!, "a/")).toEqual(["a/1", "a/2"]);
      expect(await one!.list({ limit: 1 })).toMatchObject({ objects: [{ key: "a/1" }], next: "a/1" });
      expect(await keysOf(two!)).toEqual(["a/1"]);
      await expect(one!.put("x".repeat(1020), "x")).rejects.toMatchObject({ code: "invalid" });
    });

    it("keeps names of metadata that Azure does not know", async () => {
      const client = clientOf(openAt("shared"));
      const metadata = { "1-a": "x", "b-c-2": "y", "3": "z" };
      await client.put("named", "x", { metadata });
      expect((await client.head("named"))?.metadata).toEqual(metadata);
    });

    it("calls a missing container unavailable, not a missing object", async () => {
      const client = clientOf(openAt("not-there"));
      const expected = { code: "unavailable", message: expect.stringContaining("no such container") };
      await expect(client.get("a")).rejects.toMatchObject(expected);
      await expect(client.list()).rejects.toMatchObject(expected);
      await expect(client.put("a", "x")).rejects.toMatchObject(expected);
      await expect(client.put("a", "x", { ifNoneMatch: "*" })).rejects.toMatchObject(expected);
    });

    it("calls a refused key unavailable, because the operator can mend it", async () => {
      const key = Buffer.alloc(64, "another").toString("base64");
      const wrong = azurite.connectionString.replace(azurite.key, key);
      const driver = open(`azure-blob://${azurite.account}/shared`, { configuration: () => wrong });
      await expect(clientOf(driver).put("a", "x")).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("Storage Blob Data Contributor"),
      });
    });

    it("streams up and down without holding the object in memory", async () => {
      const client = clientOf(openAt("shared"));
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
