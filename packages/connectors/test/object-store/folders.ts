// Temporary folders with stores in them, closed and removed after a file's tests; and processes that use them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll } from "vitest";
import { open } from "../../src/object-store/file/index.ts";
import type { ObjectStoreDriver } from "../../src/object-store/index.ts";

const folders: string[] = [];
const drivers: ObjectStoreDriver[] = [];

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-objects-"));
  folders.push(folder);
  return folder;
}

export async function openFolder(folder: string, query = ""): Promise<ObjectStoreDriver> {
  const driver = await open(pathToFileURL(folder).href + query, { clock: { now: () => Date.now() } });
  drivers.push(driver);
  return driver;
}

/** Call once per test file. */
export function removeFoldersAfterAll(): void {
  afterAll(async () => {
    for (const driver of drivers) await driver.close();
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });
}

export interface Child {
  readonly process: ChildProcess;
  /** What it wrote, line by line, until it ended. */
  readonly lines: AsyncIterable<string>;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

/** Starts `file-child.ts` with a task and its arguments. */
export function startChild(task: string, ...values: readonly (string | number)[]): Child {
  const script = fileURLToPath(new URL("file-child.ts", import.meta.url));
  const child = spawn(process.execPath, [script, task, ...values.map(String)], {
    // Its end is that of this process: what writes without end must not go on when a test has failed.
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  return { process: child, lines: createInterface({ input: child.stdout! }), ended };
}

/** Everything a child says when it ends by itself. */
export async function runChild(task: string, ...values: readonly (string | number)[]): Promise<string[]> {
  const child = startChild(task, ...values);
  const lines: string[] = [];
  for await (const line of child.lines) lines.push(line);
  const { code } = await child.ended;
  if (code !== 0) throw new Error(`${task} ended with ${code}: ${lines.join("\n")}`);
  return lines;
}
