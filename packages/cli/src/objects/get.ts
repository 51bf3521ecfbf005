// Writes one object to stdout or to a file that appears when it is complete.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { resolveFile } from "../here.ts";
import { fileFailure } from "../input.ts";
import { formatBytes, remark } from "../output.ts";
import type { StageOptions } from "../stage/options.ts";
import { shown } from "./progress.ts";
import { type OpenStore, withStore } from "./store.ts";

export interface GetOptions extends StageOptions {
  readonly output?: string;
}

export function getObject(name: string, key: string, options: GetOptions): Promise<void> {
  return withStore(name, options, (store) => get(store, key, options));
}

async function get(store: OpenStore, key: string, options: GetOptions): Promise<void> {
  const { type, size, body, discard } = await store.get(key);
  if (options.output !== undefined) {
    const path = resolveFile(options.output);
    await write(path, shown(body, { label: key, ...(size === undefined ? {} : { size }) })).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.syscall === undefined) throw error;
        if (error.code !== "ENOENT") throw fileFailure("write", path, error);
        throw new CommandFailure(
          exitCodes.refused,
          `Cannot write ${path}: there is no folder ${dirname(path)}. Make it first.`,
        );
      },
    );
    remark(`${path}  ${formatBytes(size ?? 0)}  ${type}`);
    return;
  }
  if (process.stdout.isTTY && !/^text\/|json|xml/.test(type)) {
    await discard();
    const fix = "Write it to a file with -o, or pipe it on.";
    throw new CommandFailure(exitCodes.usage, `Cannot show ${key} on a terminal: it is ${type}. ${fix}`);
  }
  await pipeline(body, process.stdout, { end: false });
}

async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  try {
    await pipeline(bytes, createWriteStream(draft));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
