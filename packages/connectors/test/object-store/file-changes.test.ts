// Change events of the file driver: each at least once, and in order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientOf, mustGet, testAmbient } from "../../src/object-store/conformance/harness.ts";
import { newFolder, openFolder, removeFoldersAfterAll } from "./folders.ts";
import { watching } from "./watching.ts";

removeFoldersAfterAll();

describe("watchChanges", () => {
  it("delivers what happened before and what happens now, in order, each with a version and the trace it came of", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    const first = await client.put("a", "same");
    await client.put("a", "same");
    const watch = watching(folder);
    await client.delete("a");
    await client.delete("a");
    const last = await client.put("b", "new");
    await expect.poll(() => watch.changes, { timeout: 20_000 }).toHaveLength(4);
    await watch.stop();
    const { traceparent } = testAmbient();
    const stamps = { at: expect.any(Number), version: expect.any(String), traceparent };
    const created = { change: "created", ...stamps };
    expect(watch.changes).toEqual([
      { ...created, key: "a", ...first },
      { ...created, key: "a", ...first },
      { change: "removed", key: "a", ...stamps },
      { ...created, key: "b", ...last },
    ]);
    expect(new Set(watch.changes.map(({ version }) => version)).size).toBe(4);
  });

  it("shows the object to whoever hears of it", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    const seen: string[] = [];
    const watch = watching(
      folder,
      async ({ key }) => void seen.push(await (await mustGet(client, key)).text()),
    );
    for (let index = 0; index < 10; index += 1) await client.put(`${index}`, `text ${index}`);
    await expect.poll(() => seen, { timeout: 20_000 }).toHaveLength(10);
    await watch.stop();
    expect(seen).toEqual(Array.from({ length: 10 }, (_, index) => `text ${index}`));
  });

  it("delivers again what was not taken, before anything later", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    const tries: string[] = [];
    const watch = watching(folder, async ({ key }) => {
      tries.push(key);
      if (key === "a" && tries.length < 4) throw new Error("not now");
    });
    await client.put("a", "1");
    await client.put("b", "2");
    await expect.poll(() => watch.changes, { timeout: 20_000 }).toHaveLength(2);
    await watch.stop();
    expect(tries).toEqual(["a", "a", "a", "a", "b"]);
  });

  it("finishes the delivery under way when it ends, and hands the rest to the next watch", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    await client.put("a", "1");
    await client.put("b", "2");
    const { promise, resolve } = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const first = watching(folder, () => {
      started.resolve();
      return promise;
    });
    await started.promise;
    const stopped = first.stop();
    resolve();
    await stopped;
    expect(first.changes.map(({ key }) => key)).toEqual(["a"]);
    const second = watching(folder);
    await expect.poll(() => second.changes, { timeout: 20_000 }).toHaveLength(1);
    await second.stop();
    expect(second.changes[0]?.key).toBe("b");
  });

  it("tells nobody of the port's own records, nor of anything where changes are off", async () => {
    const folder = await newFolder();
    const [loud, quiet] = [await openFolder(folder), await openFolder(folder, "?changes=off")];
    await loud.put(".faasade/once/x", new Uint8Array(1), {});
    await loud.delete(".faasade/once/x");
    await clientOf(quiet).put("quiet", "x");
    await clientOf(loud).put("loud", "x");
    const watch = watching(folder);
    await expect.poll(() => watch.changes, { timeout: 20_000 }).toHaveLength(1);
    await watch.stop();
    expect(watch.changes[0]?.key).toBe("loud");
  });

  it("tells the whole story: its changes, replayed, give what is there, under any interleaving of two drivers", async () => {
    const step = fc.record({
      driver: fc.constantFrom(0, 1),
      key: fc.constantFrom("a", "a/b", "A"),
      operation: fc.constantFrom("put", "put", "create", "delete"),
      text: fc.string({ maxLength: 3 }),
    });
    const property = fc.asyncProperty(
      fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }),
      async (groups) => {
        const folder = await newFolder();
        const clients = [clientOf(await openFolder(folder)), clientOf(await openFolder(folder))];
        const watch = watching(folder);
        let puts = 0;
        for (const group of groups) {
          const operations = group.map(async ({ driver, key, operation, text }) => {
            const client = clients[driver]!;
            if (operation === "delete") return client.delete(key);
            const condition = operation === "create" ? ({ ifNoneMatch: "*" } as const) : {};
            await client.put(key, text, condition);
            puts += 1;
          });
          const failures = (await Promise.allSettled(operations)).filter(
            ({ status }) => status === "rejected",
          );
          for (const { reason } of failures as PromiseRejectedResult[])
            expect(reason).toMatchObject({ code: "precondition_failed" });
        }
        await clients[0]!.put("last", "");
        await expect.poll(() => watch.changes.at(-1)?.key, { timeout: 20_000 }).toBe("last");
        await watch.stop();
        const replayed = new Map<string, string>();
        for (const { change, key, etag = "" } of watch.changes) {
          if (change === "created") replayed.set(key, etag);
          else expect(replayed.delete(key)).toBe(true);
        }
        const { objects } = await clients[1]!.list();
        expect(objects.map(({ key, etag }) => [key, etag])).toEqual(
          [...replayed].sort(([a], [b]) => (a < b ? -1 : 1)),
        );
        expect(watch.changes.filter(({ change }) => change === "created")).toHaveLength(puts + 1);
      },
    );
    await fc.assert(property, { numRuns: 20 });
  });
});
