// What stands in a world's data folder, and who has it.
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Home } from "@faasade/local/control";

export interface DataFolder {
  readonly exists: boolean;
  /** It holds the database of a world. */
  readonly isWorld: boolean;
  /** The process that has the world's database open, also while a world starts or stops. */
  readonly holder?: number;
}

export async function readDataFolder({ data }: Home): Promise<DataFolder> {
  const holder = await lockHolder(lockPath(data));
  return {
    exists: await isFolder(data),
    isWorld: await isFolder(join(data, "databases", "world")),
    ...(holder === undefined ? {} : { holder }),
  };
}

export function lockPath(data: string): string {
  return join(data, "databases", "world.lock");
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** A lock whose process is gone is no lock. */
async function lockHolder(path: string): Promise<number | undefined> {
  try {
    const { pid } = JSON.parse(await readFile(path, "utf8")) as { pid: number };
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a process of this id runs. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
