// Keeps a table small: one file per partition again, and no file that nothing names.
import { readParquet } from "@faasade/formats/parquet";
import { BadRow, type Row } from "@faasade/formats/rows";
import type { LakeFile } from "./manifest.ts";
import type { PartitionRange } from "./snapshot.ts";
import { type LakeStore, type LakeTable, type PartitionChange, readLake, updateLake } from "./table.ts";

/**
 * Makes one file of each partition in range that has several, with the same rows, in the order of the files' names.
 * @returns the partitions that were changed.
 */
export async function compactLake(
  store: LakeStore,
  table: LakeTable,
  range: PartitionRange = {},
): Promise<string[]> {
  let compacted: string[] = [];
  await updateLake(store, table, async (snapshot) => {
    const scattered = [...snapshot.partitions(range)].filter(([, files]) => files.length > 1);
    compacted = scattered.map(([partition]) => partition);
    const changes: PartitionChange[] = [];
    for (const [partition, files] of scattered) {
      changes.push({ partition, replaceWith: await rowsOf(store, table, files) });
    }
    return changes;
  });
  return compacted;
}

export interface PruneOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Files younger than this stay: a commit or a reader may be under way with them. Default: 3,600. */
  readonly graceSeconds?: number;
}

/** Removes the files that the table no longer consists of. @returns their keys. */
export async function pruneLake(
  store: LakeStore,
  table: LakeTable,
  { now, graceSeconds = 3600 }: PruneOptions,
): Promise<string[]> {
  const isOld = (modifiedAt: number) => modifiedAt < now - graceSeconds * 1000;
  const old: string[] = [];
  for await (const { key, modifiedAt } of store.keys(`${table.name}/${table.partitionedBy.name}=`)) {
    if (isOld(modifiedAt)) old.push(key);
  }
  // The table is read after the list, so that what was committed meanwhile is seen.
  const partitions = (await readLake(store, table)).partitions().values();
  const named = new Set([...partitions].flatMap((files) => files.map(({ key }) => key)));
  const removed: string[] = [];
  for (const key of old.filter((one) => !named.has(one))) {
    // One that was written again since is about to be named again.
    const info = await store.head(key);
    if (info === undefined || !isOld(info.modifiedAt)) continue;
    await store.delete(key);
    removed.push(key);
  }
  return removed;
}

async function rowsOf(store: LakeStore, { columns }: LakeTable, files: readonly LakeFile[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { key, bytes } of files) {
    const reader = await readParquet({
      byteLength: bytes,
      slice: async (start, end) =>
        (await store.get(key, { range: { start, end: end - 1 } }))?.bytes({ maxBytes: end - start }) ??
        gone(key),
    });
    const places = columns.map(({ name }) => reader.columns.indexOf(name));
    for await (const batch of reader.batches) {
      for (const row of batch.rows) {
        if (!(row instanceof BadRow)) rows.push(places.map((place) => (place < 0 ? null : row[place])));
      }
    }
  }
  return rows;
}

function gone(key: string): never {
  throw new Error(`${key} is gone`);
}
