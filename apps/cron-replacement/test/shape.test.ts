// The shape of the app: its first path is short and stands alone, and what it does to its store is the port's.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ObjectStoreDriver } from "@faasade/connectors/object-store";
import * as file from "@faasade/connectors/object-store/file";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { World } from "./world.ts";

const src = new URL("../src/", import.meta.url);
const firstPath = ["functions/tick.ts", "dispatch.ts", "functions/run-job.ts"];
const clock = { now: () => Date.UTC(2027, 0) };

function read(path: string): Promise<string> {
  return readFile(new URL(path, src), "utf8");
}

async function everythingBehind(path: string, found = new Set<string>()): Promise<Set<string>> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, specifier = ""] of (await read(path)).matchAll(/from "(\.[^"]+)"/g))
    await everythingBehind(new URL(specifier, new URL(path, src)).href.slice(src.href.length), found);
  return found;
}

async function openFiles(): Promise<{ store: ObjectStoreDriver; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "cron-replacement-"));
  const store = await file.open(pathToFileURL(folder).href, { clock });
  const remove = async (): Promise<void> => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { store, remove };
}

describe("the app", () => {
  it("has a first path of three files and at most 150 lines, and needs no page, no import and no steering", async () => {
    const lines = await Promise.all(
      firstPath.map(async (path) => (await read(path)).trimEnd().split("\n").length),
    );
    expect(lines.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(150);
    const behind = [
      ...(await everythingBehind("functions/tick.ts")),
      ...(await everythingBehind("functions/run-job.ts")),
    ];
    for (const path of ["page.ts", "overview.ts"]) expect(behind).not.toContain(path);
    expect(behind.filter((path) => path.startsWith("functions/")).sort()).toEqual([
      "functions/run-job.ts",
      "functions/tick.ts",
    ]);
  });

  it("defines each function in the file of its name", async () => {
    for (const path of await readdir(new URL("functions/", src)))
      expect(await read(`functions/${path}`)).toContain(`  name: "${path.replace(".ts", "")}",`);
  });

  it("brings a crontab that it reads itself", async () => {
    const text = await readFile(new URL("../samples/crontabs/crontab", import.meta.url), "utf8");
    const world = new World("", "2027-05-01T11:59:30Z");
    const { status, text: reply } = await world.request("PUT", "/crontab", text);
    expect(status, reply).toBe(200);
    // The app is asked, as it would be.
    world.answer = async (url) => (await world.steer(new URL(url).pathname, "GET")).status;
    await world.pass(7);
    expect(await world.outcomes("probe-uptime")).toEqual(["2027-05-01T12:00 ok", "2027-05-01T12:05 ok"]);
    world.now += 9 * 3_600_000;
    expect((await world.request("GET", "/health")).status).toBe(503);
    await world.pass(6);
    expect((await world.request("GET", "/health")).text).toBe('{"jobs":4,"late":0,"silent":0}');
  });
});

describe("on files, as in memory,", () => {
  it("a minute's work comes to the same rows", async () => {
    const opened = await Promise.all([openFiles(), openFiles(), openFiles()]);
    try {
      const [crontabs, runs, archive] = opened.map(({ store }) => store) as [
        ObjectStoreDriver,
        ObjectStoreDriver,
        ObjectStoreDriver,
      ];
      const line = "* * * * * probe-uptime https://well.example/\n";
      await crontabs.put("crontab", Buffer.from(line), {});
      // What the store says of its files is this test's time.
      const world = new World(line, clock.now() + 30_000, { crontabs, runs, archive });
      await world.pass(3);
      expect(await world.outcomes("probe-uptime")).toEqual([
        "2027-01-01T00:01 ok",
        "2027-01-01T00:02 ok",
        "2027-01-01T00:03 ok",
      ]);
    } finally {
      for (const { remove } of opened) await remove();
    }
  }, 60_000);

  it("conditions hold and lists are in order", async () => {
    const act = fc.record({
      key: fc.constantFrom("a", "a/b", "b", "ü"),
      text: fc.constantFrom("x", "y"),
      condition: fc.constantFrom("none", "new", "seen", "wrong"),
    });
    const files = await openFiles();
    try {
      const property = fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
        const stores = [files.store, memoryStore(clock)];
        for (const { key } of (await files.store.list({ prefix: "", limit: 10 })).objects)
          await files.store.delete(key);
        for (const { key, text, condition } of acts) {
          const done = await Promise.all(
            stores.map(async (store) => {
              const etag = (await store.head(key))?.etag ?? "none";
              const options = {
                none: {},
                new: { ifNoneMatch: "*" as const },
                seen: { ifMatch: etag },
                wrong: { ifMatch: `${etag}0` },
              }[condition];
              return store.put(key, Buffer.from(text), options).then(
                () => "put",
                (error: { code: string }) => error.code,
              );
            }),
          );
          expect(done[0]).toBe(done[1]);
        }
        const lists = await Promise.all(stores.map((store) => store.list({ prefix: "", limit: 3 })));
        const [one, other] = lists.map(({ objects, next }) => [
          objects.map(({ key, size }) => [key, size]),
          next,
        ]);
        expect(one).toEqual(other);
      });
      await fc.assert(property, { numRuns: 30 });
    } finally {
      await files.remove();
    }
  }, 60_000);
});
