/** Installs one part of the runtimes: built aside under a lock, renamed when whole, and told about either way. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { constants, setPriority } from "node:os";
import { delimiter, dirname } from "node:path";
import { folderOf, type Part, type Run } from "./parts.ts";

interface Lock {
  release(): void;
  /** The lock stays good until this process is gone too. */
  alsoOwnedBy(pid: number | undefined): void;
}

const require = createRequire(import.meta.url);
const { lock: takeLock } = require("../install/lock.cjs") as {
  lock(file: string, waiting: (pid: number | undefined) => void, action: (lock: Lock) => void): void;
};

const longestMinutes = 90;
const shownLines = 15;

/** Resolves to whether the part is there; prints what it does, and why it could not. */
export async function installPart(part: Part, folder = folderOf(part)): Promise<boolean> {
  mkdirSync(dirname(folder), { recursive: true });
  const lock = await lockOf(part, folder);
  try {
    if (existsSync(folder)) return true;
    say(part, `installing ${part.brings} …`);
    const start = performance.now();
    await build(part, folder, lock);
    say(part, `installed in ${((performance.now() - start) / 1000).toFixed(0)} s: ${folder}`);
    return true;
  } catch (error) {
    say(part, `not installed: ${(error as Error).message}`);
    return false;
  } finally {
    lock.release();
  }
}

async function build(part: Part, folder: string, lock: Lock): Promise<void> {
  const aside = `${folder}.partial`;
  const log = `${folder}.log`;
  rmSync(aside, { recursive: true, force: true });
  rmSync(log, { force: true });
  mkdirSync(aside);
  await part.install(aside, (command, args, options) => run(command, args, options, log, lock));
  renameSync(aside, folder);
  rmSync(log, { force: true });
}

function lockOf(part: Part, folder: string): Promise<Lock> {
  const waiting = (pid: number | undefined) => say(part, `waiting for process ${pid}, which installs it`);
  return new Promise((resolve) => takeLock(`${folder}.lock`, waiting, resolve));
}

/** What the program prints goes to the log, and its end to the error. */
async function run(
  command: string,
  args: readonly string[],
  { cwd, env }: Parameters<Run>[2],
  log: string,
  lock: Lock,
): Promise<void> {
  const output = openSync(log, "a");
  const path = [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PATH: path, ...env },
    stdio: ["ignore", output, output],
    shell: command === "npm" && process.platform === "win32", // there npm is npm.cmd, which only a shell runs
    detached: process.platform !== "win32", // a group of its own, which compilers belong to
  });
  closeSync(output);
  if (child.pid !== undefined) {
    lock.alsoOwnedBy(child.pid);
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL); // compilers, for minutes
  }
  const what = [command, ...args].join(" ").slice(0, 100);
  const end = await endOf(child);
  if (end === "success") return;
  const said = readFileSync(log, "utf8").trimEnd();
  const lines = said ? [`The end of ${log}:`, ...said.split("\n").slice(-shownLines)] : [];
  throw new Error([`${what}: ${end}.`, ...lines].join("\n  "));
}

/** "success", or what happened instead. The program does not outlive this process's being ended, nor its time. */
function endOf(child: ChildProcess): Promise<string> {
  const stop = () => kill(child);
  const leave = () => process.exit(1);
  const limit = setTimeout(stop, longestMinutes * 60_000);
  process.on("exit", stop).on("SIGINT", leave).on("SIGTERM", leave);
  return new Promise<string>((resolve) => {
    child.on("error", ({ message }) => resolve(`it did not start (${message})`));
    child.on("exit", (code, signal) => {
      if (code === 0) resolve("success");
      else resolve(signal ? `it was ended by ${signal}` : `it ended with code ${code}`);
    });
  }).finally(() => {
    clearTimeout(limit);
    process.off("exit", stop).off("SIGINT", leave).off("SIGTERM", leave);
  });
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? child.pid : -child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function say({ name }: Part, message: string): void {
  console.error(`runtimes: ${name}: ${message}`);
}
