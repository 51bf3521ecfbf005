// Fetches the files of tables into a folder, laid out so that the engine sees partitions: dt=2013-01-01/0.parquet.
import { createWriteStream } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { FunctionError } from "@faasade/core";
import type { WarehouseFile, WarehouseTable } from "../driver.ts";

export interface LocalTable extends WarehouseTable {
  readonly name: string;
  /** Absolute, one for each file. */
  readonly paths: readonly string[];
}

const filesAtOnce = 8;

export async function downloadTables(
  folder: string,
  tables: ReadonlyMap<string, WarehouseTable>,
  signal: AbortSignal,
): Promise<readonly LocalTable[]> {
  const local: LocalTable[] = [];
  for (const [name, table] of tables) {
    const paths: string[] = [];
    for (let start = 0; start < table.files.length; start += filesAtOnce) {
      const group = table.files.slice(start, start + filesAtOnce);
      const fetched = group.map((file, index) =>
        download(file, join(folder, name, partitionFolder(table, file)), `${start + index}.parquet`, signal),
      );
      const settled = await Promise.allSettled(fetched);
      const failed = settled.find((one) => one.status === "rejected");
      if (failed !== undefined) throw failed.reason;
      paths.push(...(await Promise.all(fetched)));
    }
    local.push({ ...table, name, paths });
  }
  return local;
}

async function download(
  file: WarehouseFile,
  folder: string,
  name: string,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await pipeline(await file.open(), createWriteStream(path), { signal });
  const { size } = await stat(path);
  if (size === file.bytes) return path;
  throw new FunctionError(
    "unavailable",
    `Cannot query: a file has ${size} bytes where ${file.bytes} were promised.`,
  );
}

/** Percent-encoded, as Hive does it, so that a value can be no path. */
function partitionFolder({ partitionedBy }: WarehouseTable, { partition }: WarehouseFile): string {
  if (partitionedBy === undefined) return "";
  const value = encodeURIComponent(partition ?? "").replaceAll(".", "%2E");
  return `${partitionedBy.name}=${value}`;
}
