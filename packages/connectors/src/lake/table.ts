// A table of the lake: read as it is, changed at one instant by a conditional write of its manifest.
import { createHash } from "node:crypto";
import { FunctionError } from "@faasade/core";
import { checkName } from "@faasade/core/adapter";
import { type ParquetColumn, writeParquet } from "@faasade/formats/parquet";
import type { ObjectReader, ObjectWriter } from "../object-store/index.ts";
import { decodeManifest, encodeManifest, type LakeFile, type Manifest } from "./manifest.ts";
import { Snapshot } from "./snapshot.ts";

export type LakeStore = ObjectReader & ObjectWriter;

/** A table by name, inert: the store comes with each call. */
export interface LakeTable {
  readonly name: string;
  /** What the files hold. */
  readonly columns: readonly ParquetColumn[];
  /** The column that stands in no file, but in the folder's name: `dt=2013-01-01`. */
  readonly partitionedBy: ParquetColumn;
}

export interface PartitionChange {
  /** `a-z`, `A-Z`, `0-9`, `-`, `_` and `:`. */
  readonly partition: string;
  /** Instead of all files of the partition; without rows there is no such partition any more. */
  readonly replaceWith?: readonly (readonly unknown[])[];
  /** Beside the files of the partition. */
  readonly add?: readonly (readonly unknown[])[];
}

/** @throws {TypeError} when a name is unusable, or the partition column stands in the files, too. */
export function lakeTable(definition: LakeTable): LakeTable {
  checkName("lake table", definition.name);
  const { name, columns, partitionedBy } = definition;
  if (
    !/^[a-z][a-z0-9_]*$/.test(partitionedBy.name) ||
    columns.some((one) => one.name === partitionedBy.name)
  ) {
    throw new TypeError(
      `Cannot define ${name}: ${partitionedBy.name} must be a column of its own, a-z, 0-9 and "_".`,
    );
  }
  return definition;
}

/** The table as it is now; empty when nothing was ever committed. */
export async function readLake(store: ObjectReader, table: LakeTable): Promise<Snapshot> {
  return (await readManifest(store, table)).snapshot;
}

/**
 * Changes a table at one instant. `work` sees the table as it is and says what to change; new files are written first,
 * then the manifest, on condition that nobody else has changed it. Otherwise `work` is asked again, with what is then
 * there: so it should read its rows anew each time, and what it read is never older than the table it changes.
 * The same rows give the same bytes; what is there already is not written again.
 * @throws {FunctionError} `unavailable` when others were faster each time; `unsupported` where the store ignores conditions.
 */
export async function updateLake(
  store: LakeStore,
  table: LakeTable,
  work: (snapshot: Snapshot) => Promise<readonly PartitionChange[]>,
): Promise<Snapshot> {
  for (let tries = 0; tries < commitAttempts; tries += 1) {
    const found = await readManifest(store, table);
    const changes = await work(found.snapshot);
    if (changes.length === 0) return found.snapshot;
    const partitions = applyChanges(found.manifest, changes, await writeFiles(store, table, changes));
    const manifest = { columns: table.columns, partitionedBy: table.partitionedBy, partitions };
    if (await commit(store, table, manifest, found)) return new Snapshot(store, table, manifest);
  }
  const message = `Cannot change the lake table ${table.name}: others changed it ${commitAttempts} times meanwhile.`;
  throw new FunctionError("unavailable", message, { retryAfterSeconds: 2 });
}

const commitAttempts = 10;
const writesAtOnce = 8;

interface Found {
  readonly manifest: Manifest;
  readonly snapshot: Snapshot;
  /** Undefined when there is none yet. */
  readonly etag: string | undefined;
  readonly text: string | undefined;
}

export function manifestKey({ name }: LakeTable): string {
  return `${name}/manifest.json`;
}

async function readManifest(store: ObjectReader, table: LakeTable): Promise<Found> {
  const key = manifestKey(table);
  const object = await store.get(key);
  const text = await object?.text();
  const manifest =
    text === undefined
      ? {
          columns: table.columns,
          partitionedBy: table.partitionedBy,
          partitions: new Map<string, LakeFile[]>(),
        }
      : decodeManifest(key, text);
  return { manifest, snapshot: new Snapshot(store, table, manifest), etag: object?.info.etag, text };
}

/** @returns whether it holds now; false when another commit came first. */
async function commit(
  store: LakeStore,
  table: LakeTable,
  manifest: Manifest,
  found: Found,
): Promise<boolean> {
  const text = encodeManifest(manifest);
  if (text === found.text) return true;
  const condition = found.etag === undefined ? ({ ifNoneMatch: "*" } as const) : { ifMatch: found.etag };
  try {
    await store.put(manifestKey(table), text, { contentType: "application/json", ...condition });
    return true;
  } catch (error) {
    if (error instanceof FunctionError && error.code === "precondition_failed") return false;
    throw error;
  }
}

function applyChanges(
  manifest: Manifest,
  changes: readonly PartitionChange[],
  files: readonly (LakeFile | undefined)[],
): Manifest["partitions"] {
  const partitions = new Map(manifest.partitions);
  for (const [index, { partition, add }] of changes.entries()) {
    const file = files[index];
    const kept = add === undefined ? [] : (partitions.get(partition) ?? []);
    const others = kept.filter(({ key }) => key !== file?.key);
    partitions.set(partition, file === undefined ? others : [...others, file]);
  }
  return partitions;
}

async function writeFiles(
  store: LakeStore,
  table: LakeTable,
  changes: readonly PartitionChange[],
): Promise<(LakeFile | undefined)[]> {
  const files: (LakeFile | undefined)[] = [];
  for (let start = 0; start < changes.length; start += writesAtOnce) {
    const group = changes.slice(start, start + writesAtOnce);
    files.push(...(await Promise.all(group.map((change) => writeFile(store, table, change)))));
  }
  return files;
}

/** Named by its content, so that writing it twice is writing it once. @returns undefined when there are no rows. */
async function writeFile(
  store: LakeStore,
  table: LakeTable,
  change: PartitionChange,
): Promise<LakeFile | undefined> {
  const { partition, replaceWith, add } = change;
  checkPartition(table, partition);
  const rows = replaceWith ?? add ?? [];
  if (rows.length === 0) return undefined;
  const bytes = await writeParquet(table.columns, rows);
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 32);
  const key = `${table.name}/${table.partitionedBy.name}=${partition}/${digest}.parquet`;
  await store.put(key, bytes);
  return { key, rows: rows.length, bytes: bytes.length };
}

function checkPartition({ name }: LakeTable, partition: string): void {
  if (/^[A-Za-z0-9_:-]{1,100}$/.test(partition)) return;
  const message = `Cannot change the lake table ${name}: ${JSON.stringify(partition)} can be no partition.`;
  throw new FunctionError("invalid", message);
}
