// The lake on the file driver: what readers see, whoever writes at the same time and whenever a writer dies.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ParquetColumn } from "@faasade/formats/parquet";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  compactLake,
  type LakeStore,
  lakeTable,
  manifestKey,
  pruneLake,
  readLake,
  updateLake,
} from "../../src/lake/index.ts";
import * as file from "../../src/object-store/file/index.ts";
import { type ObjectStoreDriver, objectStore } from "../../src/object-store/index.ts";
import { ambientOf } from "../../src/sql/conformance/ambient.ts";
import { open } from "../../src/warehouse/duckdb.ts";
import { type WarehouseReader, warehouse } from "../../src/warehouse/index.ts";

const columns: readonly ParquetColumn[] = [{ name: "n", type: "integer" }];
const readings = lakeTable({ name: "readings", columns, partitionedBy: { name: "dt", type: "date" } });
const numbers = (...values: readonly number[]) => values.map((value) => [value]);

describe("the lake", () => {
  let folder: string;
  let driver: ObjectStoreDriver;
  let now: number;
  let store: LakeStore;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "faasade-lake-"));
    now = Date.UTC(2026, 0, 1);
    driver = await file.open(pathToFileURL(folder).href, { clock: { now: () => now } });
    store = clientOf(driver);
  });
  afterEach(async () => {
    await driver.close?.();
    await rm(folder, { recursive: true, force: true });
  });

  function clientOf(from: ObjectStoreDriver): LakeStore {
    return objectStore("lake").connect(from, "readWrite", ambientOf()) as LakeStore;
  }

  async function everything(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for await (const { key } of store.keys()) {
      found[key] = Buffer.from((await (await store.get(key))?.bytes()) ?? []).toString("base64");
    }
    return found;
  }

  /** What a query sees: partition → sorted values. */
  async function seen(): Promise<Record<string, readonly number[]>> {
    const engine = open("duckdb:?memoryMiB=128&threads=1");
    const reader = warehouse("readings").connect(engine, "read", ambientOf()) as WarehouseReader;
    const tables = { readings: (await readLake(store, readings)).tableFor() };
    const text = "select dt, list(n order by n) as n from readings group by dt order by dt";
    const { rows } = await reader.query<{ dt: string; n: number[] }>({ text, tables });
    return Object.fromEntries(rows.map(({ dt, n }) => [dt, n]));
  }

  it("is empty before anything was committed", async () => {
    expect((await readLake(store, readings)).partitions().size).toBe(0);
    expect(await seen()).toEqual({});
  });

  it("replaces partitions, adds to them and removes them, each time at one instant", async () => {
    await updateLake(store, readings, async () => [
      { partition: "2026-01-01", replaceWith: numbers(1, 2) },
      { partition: "2026-01-02", replaceWith: numbers(3) },
    ]);
    await updateLake(store, readings, async () => [
      { partition: "2026-01-01", add: numbers(9) },
      { partition: "2026-01-02", replaceWith: [] },
    ]);
    expect(await seen()).toEqual({ "2026-01-01": [1, 2, 9] });
  });

  it("hands a warehouse the files of the asked partitions only", async () => {
    const days = ["2026-01-01", "2026-01-02", "2026-01-03"];
    await updateLake(store, readings, async () => days.map((partition) => ({ partition, add: numbers(1) })));
    const snapshot = await readLake(store, readings);
    expect([...snapshot.partitions({ from: "2026-01-02" }).keys()]).toEqual(days.slice(1));
    expect(
      snapshot.tableFor({ from: "2026-01-02", to: "2026-01-02" }).files.map((one) => one.partition),
    ).toEqual(["2026-01-02"]);
  });

  it("comes to the same bytes when a change is made twice, or in another order", async () => {
    const first = [{ partition: "2026-01-01", replaceWith: numbers(1, 2) }];
    const second = [{ partition: "2026-01-02", replaceWith: numbers(3, 4) }];
    await updateLake(store, readings, async () => first);
    await updateLake(store, readings, async () => second);
    const once = await everything();
    const { etag } = (await store.head(manifestKey(readings))) ?? {};
    await updateLake(store, readings, async () => [...second, ...first]);
    expect(await everything()).toEqual(once);
    expect((await store.head(manifestKey(readings)))?.etag).toBe(etag);
    await updateLake(store, readings, async () =>
      [...first, ...second].map(({ partition }) => ({ partition, replaceWith: [] })),
    );
    await updateLake(store, readings, async () => [...second, ...first]);
    expect(await everything()).toEqual(once);
  });

  it("loses no change when several are made at the same time, and asks again with what is there", async () => {
    const asked: number[] = [];
    const add = (n: number) =>
      updateLake(store, readings, async (snapshot) => {
        asked.push(n);
        const count = snapshot.partitions().get("2026-01-01")?.length ?? 0;
        return [
          { partition: "2026-01-01", add: numbers(n) },
          { partition: `count-${n}`, replaceWith: numbers(count) },
        ];
      });
    await Promise.all([1, 2, 3, 4].map(add));
    const { partitions } = { partitions: (await readLake(store, readings)).partitions() };
    expect(partitions.get("2026-01-01")?.length).toBe(4);
    expect(asked.length).toBeGreaterThan(4);
  });

  it("shows readers whole changes only, whenever a writer dies", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 14 }), fc.nat({ max: 1000 }), async (dieAt, value) => {
        const before = await seen();
        const after = { "2026-01-01": [value], "2026-01-02": [value], "2026-01-03": [value] };
        const dying = clientOf(dyingAt(driver, dieAt));
        const change = Object.keys(after).map((partition) => ({ partition, replaceWith: numbers(value) }));
        const died = await updateLake(dying, readings, async () => change).then(
          () => false,
          () => true,
        );
        const found = await seen();
        if (!died) expect(found).toEqual(after);
        else expect([JSON.stringify(before), JSON.stringify(after)]).toContain(JSON.stringify(found));
        await updateLake(store, readings, async () => change);
        expect(await seen()).toEqual(after);
      }),
      { numRuns: 20 },
    );
  }, 180_000);

  it("compacts the files of a partition into one, with the same rows and always the same bytes", async () => {
    for (const n of [3, 1, 2])
      await updateLake(store, readings, async () => [{ partition: "2026-01-01", add: numbers(n) }]);
    await updateLake(store, readings, async () => [{ partition: "2026-01-02", add: numbers(7) }]);
    expect(await compactLake(store, readings)).toEqual(["2026-01-01"]);
    expect(await seen()).toEqual({ "2026-01-01": [1, 2, 3], "2026-01-02": [7] });
    const [[compacted]] = [(await readLake(store, readings)).partitions().get("2026-01-01") ?? []];
    expect(compacted?.rows).toBe(3);
    expect(await compactLake(store, readings)).toEqual([]);
  });

  it("prunes what no table consists of any more, and leaves what may be in use", async () => {
    await updateLake(store, readings, async () => [{ partition: "2026-01-01", add: numbers(1) }]);
    const old = await readLake(store, readings);
    now += 30 * 60_000;
    await updateLake(store, readings, async () => [{ partition: "2026-01-01", replaceWith: numbers(2) }]);
    now += 20 * 60_000;
    expect(await pruneLake(store, readings, { now })).toEqual([]);
    expect(old.tableFor().files.length).toBe(1);
    now += 20 * 60_000;
    const [pruned, ...more] = await pruneLake(store, readings, { now });
    expect(pruned).toMatch(/^readings\/dt=2026-01-01\/[0-9a-f]{32}\.parquet$/);
    expect(more).toEqual([]);
    now += 24 * 3_600_000;
    expect(await pruneLake(store, readings, { now })).toEqual([]);
    expect(await seen()).toEqual({ "2026-01-01": [2] });
    await expect(old.tableFor().files[0]?.open()).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each(["", "../up", "a/b", "dt=1", "a b"])("refuses the partition %j", async (partition) => {
    const change = updateLake(store, readings, async () => [{ partition, add: numbers(1) }]);
    await expect(change).rejects.toMatchObject({ code: "invalid" });
  });

  it("refuses a manifest that something else wrote", async () => {
    await store.put(manifestKey(readings), "{}");
    await expect(readLake(store, readings)).rejects.toMatchObject({ code: "unprocessable" });
  });

  it("refuses a store that ignores conditions, before a reader could see half", async () => {
    const careless = {
      ...bound(driver),
      probeConditionalPut: () => Promise.reject(new Error("conditions are ignored")),
    };
    const change = updateLake(clientOf(careless), readings, async () => [
      { partition: "2026-01-01", add: numbers(1) },
    ]);
    await expect(change).rejects.toThrow(/conditional writes/);
    expect((await readLake(store, readings)).partitions().size).toBe(0);
  });

  it("keeps the partition column out of the files", () => {
    const definition = { name: "twice", columns, partitionedBy: { name: "n", type: "integer" as const } };
    expect(() => lakeTable(definition)).toThrow(/must be a column of its own/);
  });
});

/** The driver's methods, to be taken apart. */
function bound(driver: ObjectStoreDriver): ObjectStoreDriver {
  return {
    head: (...args) => driver.head(...args),
    get: (...args) => driver.get(...args),
    list: (...args) => driver.list(...args),
    put: (...args) => driver.put(...args),
    delete: (...args) => driver.delete(...args),
    probeConditionalPut: () => driver.probeConditionalPut(),
    close: async () => driver.close?.(),
  };
}

/** Dies before its nth call, or just after it: then the answer is lost. */
function dyingAt(driver: ObjectStoreDriver, dieAt: number): ObjectStoreDriver {
  let calls = 0;
  const step = async <Result>(
    work: () => Promise<Result>,
    drop?: (result: Result) => Promise<void> | undefined,
  ): Promise<Result> => {
    calls += 2;
    if (calls > dieAt + 1) throw new Error("killed");
    const result = await work();
    if (calls <= dieAt) return result;
    await drop?.(result);
    throw new Error("killed after");
  };
  const own = bound(driver);
  return {
    ...own,
    get: (...args) =>
      step(
        () => own.get(...args),
        (content) => content?.discard(),
      ),
    put: (...args) => step(() => own.put(...args)),
    probeConditionalPut: () => step(() => own.probeConditionalPut()),
  };
}
