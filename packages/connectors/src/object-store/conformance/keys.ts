// Keys come back exactly, or are refused.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byUtf8, createClient, keysOf, mustGet, type ObjectStoreHarness, when } from "./harness.ts";

// biome-ignore format: one line each would hide the list
const awkwardKeys = [
  "A", "a", "readme.TXT", "README.txt", "con", "nul.txt", "aux/com1.png", "trailing.", "trailing ", " leading", "...", ".hidden",
  "a+b c%20d%2F.txt", "100%", "what?#why&because=1;x,y@z:1$", "[x]{y}'z'\"q\"<r>|~^`*!()", "caf\u00e9", "cafe\u0301",
  "\u706f\u53f0/\ud83d\uddfc.jpg", "\ufeffbom", "\u200bzero-width", "\u202eright-to-left", "x".repeat(200), "\u00df", "SS", "\u0130", "~", "-", "_", "=",
];

// biome-ignore format: one line each would hide the list
const refusedKeys = [
  "", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "../../etc/passwd", "./a", "a/.", "a\\b", "a\u0000b", "a\nb", "\u007f", "\u0085", "\uffff",
  "half \ud800 pair", "x".repeat(1025), "\u00e9".repeat(513), ".faasade/once/x", ".faasade/x",
];

export function keysSuite(harness: ObjectStoreHarness): void {
  const free = harness.capabilities.keys === "any";

  describe("keys", () => {
    it("keeps awkward keys apart, and lists them exactly", async () => {
      const client = await createClient(harness);
      for (const key of awkwardKeys) await client.put(key, `content of ${key}`);
      for (const key of awkwardKeys)
        expect(await (await mustGet(client, key)).text()).toBe(`content of ${key}`);
      const listed = await keysOf(client);
      expect(listed.sort(byUtf8)).toEqual([...awkwardKeys].sort(byUtf8));
    });

    it("refuses keys that some store would change, for every call, and reaches for nothing", async () => {
      const client = await createClient(harness);
      for (const key of refusedKeys) {
        const calls = [
          client.put(key, "x"),
          client.get(key),
          client.head(key),
          client.delete(key),
          client.signedUrl(key, { expiresSeconds: 60 }),
        ];
        const codes = (await Promise.allSettled(calls)).map((call) =>
          call.status === "rejected" ? (call.reason as { code?: string }).code : call.status,
        );
        expect({ key, codes }).toEqual({ key, codes: Array(5).fill("invalid") });
      }
      expect((await client.list()).objects).toEqual([]);
    });

    it("round-trips any Unicode, or refuses it as invalid", async () => {
      const client = await createClient(harness);
      const segment = fc.string({ unit: "binary", minLength: 1, maxLength: 20 });
      const raw = fc.oneof(
        segment,
        fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/")),
      );
      const property = fc.asyncProperty(raw, async (key) => {
        const refused = await client.put(key, key).then(
          () => false,
          (error: { code?: string }) => {
            expect(error.code).toBe("invalid");
            return true;
          },
        );
        if (refused) return;
        expect(await (await mustGet(client, key)).text()).toBe(key);
        expect((await client.list({ prefix: key, limit: 1 })).objects.map((object) => object.key)).toEqual([
          key,
        ]);
        await client.delete(key);
        expect(await client.head(key)).toBeUndefined();
      });
      await fc.assert(property, { numRuns: 40 });
    });

    when(free)("lets a key be the beginning of another key's path", async () => {
      const client = await createClient(harness);
      await client.put("a/b", "below");
      await client.put("a", "above");
      await client.put("a/b/c", "deepest");
      const texts = await Promise.all(
        ["a", "a/b", "a/b/c"].map(async (key) => (await mustGet(client, key)).text()),
      );
      expect(texts).toEqual(["above", "below", "deepest"]);
      await client.delete("a/b");
      expect((await client.list()).objects.map(({ key }) => key)).toEqual(["a", "a/b/c"]);
    });

    when(free)("holds a key of exactly 1,024 bytes", async () => {
      const client = await createClient(harness);
      for (const key of ["x".repeat(1024), "\u00e9".repeat(512), `${"%".repeat(1000)}/${"A".repeat(23)}`]) {
        await client.put(key, "long");
        expect(await (await mustGet(client, key)).text()).toBe("long");
      }
    });
  });
}
