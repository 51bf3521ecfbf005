// The file driver under SIGKILL: nothing acknowledged is lost, whoever is killed.
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { clientOf, patterned } from "../../src/object-store/conformance/harness.ts";
import { newFolder, openFolder, removeFoldersAfterAll, startChild } from "./folders.ts";
import { watching } from "./watching.ts";

removeFoldersAfterAll();

describe("kill -9", () => {
  it("of the writer: every acknowledged put is there, intact, and its change is delivered", async () => {
    const folder = await newFolder();
    const watch = watching(folder);
    const acknowledged: Operation[] = [];
    const before = new Map<string, number | undefined>();
    for (let round = 0; round < 10; round += 1) {
      const from = (acknowledged.at(-1)?.number ?? -2) + 2;
      const operations = await writeUntilKilled(folder, from, 3 + round);
      acknowledged.push(...operations);
      const underWay = operationAt((operations.at(-1)?.number ?? 0) + 1);
      const client = clientOf(await openFolder(folder));
      for (const key of keys) {
        const found = await numberOf(client, key);
        const newest = operations.findLast((operation) => operation.key === key);
        const possible = [newest === undefined ? before.get(key) : resultOf(newest)];
        if (underWay.key === key) possible.push(resultOf(underWay));
        expect(possible).toContain(found);
        before.set(key, found);
      }
    }
    await clientOf(await openFolder(folder)).put("last", "");
    await expect.poll(() => watch.changes.at(-1)?.key, { timeout: 20_000 }).toBe("last");
    await watch.stop();
    for (const key of keys) {
      const created = watch.changes.filter((change) => change.key === key && change.change === "created");
      const wanted = acknowledged.filter(
        (operation) => operation.key === key && operation.etag !== undefined,
      );
      expect(
        isSubsequence(
          wanted.map(({ etag }) => etag),
          created.map(({ etag }) => etag),
        ),
      ).toBe(true);
    }
    expect(new Set(watch.changes.map(({ version }) => version)).size).toBe(watch.changes.length);
  }, 120_000);

  it("of the watcher: every change comes at least once, in order", async () => {
    const folder = await newFolder();
    const client = clientOf(await openFolder(folder));
    let writing = true;
    const writes = (async () => {
      for (let index = 0; index < 120; index += 1) {
        await client.put(`key-${index}`, "x");
        await wait(5);
      }
    })().finally(() => {
      writing = false;
    });
    const delivered: { key: string; version: string }[] = [];
    for (let round = 0; round < 20 && (writing || delivered.at(-1)?.key !== "key-119"); round += 1) {
      const watcher = startChild("watch", folder);
      let heard = 0;
      const killAt = writing ? 5 + ((round * 13) % 30) : Number.POSITIVE_INFINITY;
      for await (const line of watcher.lines) {
        delivered.push(JSON.parse(line));
        heard += 1;
        if (heard === killAt || delivered.at(-1)?.key === "key-119") watcher.process.kill("SIGKILL");
      }
      await watcher.ended;
    }
    await writes;
    const firsts = [...new Map(delivered.map(({ key, version }) => [version, key])).values()];
    expect(firsts).toEqual(Array.from({ length: 120 }, (_, index) => `key-${index}`));
  }, 120_000);
});

const keys = ["key-0", "key-1", "key-2"];

/** What the child "write" says of a put; without an etag it was a delete. */
interface Operation {
  readonly number: number;
  readonly key: string;
  readonly etag?: string;
}

/** Kills once so many operations are acknowledged, some at once and some in the midst of the next. */
async function writeUntilKilled(folder: string, from: number, count: number): Promise<Operation[]> {
  const writer = startChild("write", folder, from);
  const operations: Operation[] = [];
  for await (const line of writer.lines) {
    operations.push(JSON.parse(line) as Operation);
    if (operations.length === count) setTimeout(() => writer.process.kill("SIGKILL"), count % 5);
  }
  expect((await writer.ended).signal).toBe("SIGKILL");
  return operations;
}

/** The operation that the child does at a number. */
function operationAt(number: number): Operation {
  return { number, key: `key-${number % 3}`, ...(number % 7 === 6 ? {} : { etag: "not known yet" }) };
}

function resultOf({ number, etag }: Operation): number | undefined {
  return etag === undefined ? undefined : number;
}

/** The number of the operation that made an object, whose bytes must be the whole pattern of that number. */
async function numberOf(client: ReturnType<typeof clientOf>, key: string): Promise<number | undefined> {
  const object = await client.get(key);
  if (object === undefined) return undefined;
  const number = Number(object.info.metadata["number"]);
  const expected = patterned((number * 7919) % 200_000, number + 1);
  expect(Buffer.compare(await object.bytes(), expected)).toBe(0);
  return number;
}

function isSubsequence<Item>(wanted: readonly Item[], all: readonly Item[]): boolean {
  let next = 0;
  for (const item of all) if (item === wanted[next]) next += 1;
  return next === wanted.length;
}
