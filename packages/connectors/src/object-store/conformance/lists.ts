// Lists are the sorted set of keys, cut by prefix, start and limit.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byUtf8, createClient, keysOf, type ObjectStoreHarness } from "./harness.ts";

/** Some sort differently by UTF-16 units, by locale, or when a folder is sorted by its name without the slash. */
const utf8Characters = ["a", "b", "-", ".", "0", "Z", "\u00e9", "\ud83d\uddfc", "\uff5e"];

export function listsSuite(harness: ObjectStoreHarness): void {
  describe("lists", () => {
    it("equals a sorted set, for any prefix, start and page size", async () => {
      const unit = fc.constantFrom(
        ...(harness.capabilities.order === "utf8" ? utf8Characters : ["a", "b", "0"]),
      );
      const name = fc.string({ unit, minLength: 1, maxLength: 3 });
      const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
      const usable = path.filter((key) => !key.split("/").some((part) => part === "." || part === ".."));
      const sets = fc
        .uniqueArray(usable, { maxLength: 12 })
        .map(harness.capabilities.keys === "any" ? (keys) => keys : withoutNesting);
      const cuts = fc.record({
        prefix: fc.oneof(fc.constant(""), path, name),
        limit: fc.integer({ min: 1, max: 5 }),
      });
      const property = fc.asyncProperty(
        sets,
        cuts,
        fc.option(path),
        async (keys, { prefix, limit }, start) => {
          const client = await createClient(harness);
          for (const key of keys) await client.put(key, key);
          const expected = [...keys]
            .sort(byUtf8)
            .filter((key) => key.startsWith(prefix) && (start === null || byUtf8(key, start) > 0));
          const found: string[] = [];
          let after = start ?? undefined;
          do {
            const page = await client.list({ prefix, limit, ...(after === undefined ? {} : { after }) });
            expect(page.objects.length).toBeLessThanOrEqual(limit);
            found.push(...page.objects.map(({ key }) => key));
            after = page.next;
          } while (after !== undefined);
          expect(found).toEqual(expected);
        },
      );
      await fc.assert(property, { numRuns: 25 });
    });

    it("says size, etag and time of each object as head does", async () => {
      const client = await createClient(harness);
      await client.put("x/1", "one");
      await client.put("x/2", "twenty two");
      for await (const { key, size, etag, modifiedAt } of client.keys("x/")) {
        const info = await client.head(key);
        expect({ key, size, etag }).toEqual({ key: info?.key, size: info?.size, etag: info?.etag });
        expect(Math.abs(modifiedAt - (info?.modifiedAt ?? 0))).toBeLessThan(1000);
      }
    });

    it("walks more keys than a page holds", async () => {
      const client = await createClient(harness);
      const keys = Array.from({ length: 1015 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
      for (let start = 0; start < keys.length; start += 20) {
        await Promise.all(keys.slice(start, start + 20).map((key) => client.put(key, "x")));
      }
      const first = await client.list({ prefix: "many/" });
      expect([first.objects.length, first.next]).toEqual([1000, "many/0999"]);
      expect(await keysOf(client, "many/")).toEqual(keys);
    });

    it("hides what the port keeps for itself, without a short page", async () => {
      const store = await harness.create();
      const client = await createClient({ ...harness, create: async () => store });
      const own = Array.from({ length: 9 }, (_, index) => `.faasade/once/${index}`);
      for (const key of own) await store.driver.put(key, new Uint8Array(1), {});
      for (const key of ["-before", "after", "zebra"]) await client.put(key, "x");
      const pages = [await client.list({ limit: 2 }), await client.list({ limit: 2, after: "after" })];
      expect(pages.map(({ objects }) => objects.map(({ key }) => key))).toEqual([
        ["-before", "after"],
        ["zebra"],
      ]);
      expect((await client.list({ prefix: ".faasade/" })).objects).toEqual([]);
    });

    it("refuses limits outside 1 to 1,000", async () => {
      const client = await createClient(harness);
      for (const limit of [0, -1, 1001, 1.5]) {
        await expect(client.list({ limit })).rejects.toMatchObject({ code: "invalid" });
      }
    });
  });
}

/** The keys that are no beginning of another key's path. */
function withoutNesting(keys: readonly string[]): string[] {
  return keys.filter((key) => !keys.some((other) => other.startsWith(`${key}/`)));
}
