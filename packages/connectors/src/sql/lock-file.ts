// A lock that dies with its holder: a file that says which process has it, and when that process started.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { FunctionError } from "@faasade/core";

interface Holder {
  readonly pid: number;
  /** Tells a process from another that got its number later; undefined where the system does not say. */
  readonly started: string | undefined;
  /** Unique for each time the lock is taken. */
  readonly token: string;
}

/**
 * Takes the lock, also from a process that died without giving it back.
 * @returns how to give it back.
 * @throws {FunctionError} `unavailable` naming the process that has it.
 */
export async function lockFile(path: string): Promise<() => void> {
  const own: Holder = { pid: process.pid, started: startOf(process.pid), token: randomUUID() };
  while (!create(path, own)) {
    const holder = await readHolder(path);
    if (holder === "gone") continue;
    if (isAlive(holder)) throw heldBy(path, holder);
    if (await takeOver(path, holder, own)) break;
  }
  return () => {
    if (read(path)?.token === own.token) rmSync(path, { force: true });
  };
}

/** Gives back what another thread of this process took and will never give back, because it is no more. */
export function breakOwnLock(path: string): void {
  if (read(path)?.pid === process.pid) rmSync(path, { force: true });
}

/** Only one process ever succeeds this dead holder, so nobody removes a lock that was just taken. */
async function takeOver(path: string, dead: Holder, own: Holder): Promise<boolean> {
  const unlock = await lockFile(`${path}.${dead.token}`);
  try {
    if (read(path)?.token !== dead.token) return false;
    const draft = `${path}.${own.token}`;
    writeFileSync(draft, JSON.stringify(own));
    renameSync(draft, path);
    return true;
  } finally {
    unlock();
  }
}

function create(path: string, own: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(own), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Waits for what is just being written; what stays unreadable was left by a process that died while it wrote. */
async function readHolder(path: string): Promise<Holder | "gone"> {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const holder = read(path);
    if (holder === undefined) return "gone";
    if (holder.token !== unreadable.token) return holder;
    await wait(50);
  }
  return unreadable;
}

const unreadable: Holder = { pid: 0, started: undefined, token: "unreadable" };

function read(path: string): Holder | undefined {
  try {
    const { pid, started, token } = JSON.parse(readFileSync(path, "utf8")) as Holder;
    return { pid, started, token };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    if (error instanceof SyntaxError) return unreadable;
    throw error;
  }
}

function isAlive({ pid, started }: Holder): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return started === undefined || startOf(pid) === started;
}

function startOf(pid: number): string | undefined {
  if (process.platform === "win32") return undefined;
  if (process.platform !== "linux")
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)])
      .stdout?.toString()
      .trim();
  try {
    // The 22nd field, counted after the name, which may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
  } catch {
    return undefined;
  }
}

function heldBy(path: string, { pid }: Holder): FunctionError {
  const who = pid === process.pid ? `this process (${pid})` : `process ${pid}`;
  return new FunctionError(
    "unavailable",
    `Cannot lock ${path}: ${who} has it. Only one process may open this data at a time; stop that one first.`,
  );
}
