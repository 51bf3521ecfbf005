// Whether the world's data can be written, has room, and who has it open.
import { constants } from "node:fs";
import { access, mkdtemp, rmdir, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { findWorld, type Home, readHostRecord } from "@faasade/local/control";
import { lockPath, readDataFolder } from "../data-folder.ts";
import { formatBytes } from "../output.ts";
import type { Check } from "./checks.ts";

const leastFreeBytes = 512 << 20;

export async function checkFolder({ data }: Home): Promise<Check> {
  const name = "Data folder";
  const existing = await nearestFolder(data);
  try {
    await access(existing, constants.W_OK);
    if (!(await stat(existing)).isDirectory()) throw new Error("it is no folder");
    // What may be written is not always what can be, as in /proc.
    await rmdir(await mkdtemp(join(existing, ".faasade-")));
    return { name, state: "ok", detail: existing === data ? data : `${data}, made by the first start` };
  } catch (error) {
    const detail = `${data} cannot be written: ${(error as Error).message}`;
    return { name, state: "wrong", detail, fix: "Set FAASADE_DATA to a folder you may write." };
  }
}

export async function checkDisk({ data }: Home): Promise<Check> {
  const { bavail, bsize } = await statfs(await nearestFolder(data));
  const detail = `${formatBytes(bavail * bsize)} free`;
  if (bavail * bsize >= leastFreeBytes) return { name: "Disk", state: "ok", detail };
  const fix = `Free some: less than ${formatBytes(leastFreeBytes)} is little for databases and stores.`;
  return { name: "Disk", state: "wrong", detail, fix };
}

export async function checkWorld(home: Home): Promise<Check> {
  const name = "World";
  const running = (await findWorld(home))?.record;
  if (running !== undefined)
    return { name, state: "ok", detail: `runs as process ${running.pid} at ${running.page}` };
  const record = await readHostRecord(home);
  const { holder, isWorld } = await readDataFolder(home);
  if (holder !== undefined)
    return { name, state: "ok", detail: `is starting or stopping as process ${holder}` };
  if (record === undefined)
    return { name, state: "ok", detail: isWorld ? "does not run; its data is free" : "did not run here yet" };
  return {
    name,
    state: "wrong",
    detail: `host.json names process ${record.pid}, which does not hold ${lockPath(home.data)}`,
    fix: `Delete host.json in ${home.data}: its world is gone, and another process has its number.`,
  };
}

async function nearestFolder(path: string): Promise<string> {
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  return exists || dirname(path) === path ? path : nearestFolder(dirname(path));
}
