// Writes one object to stdout or to a file that appears when it is complete.
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { resolveFile, runningWorld } from "../here.ts";
import { fileFailure } from "../input.ts";
import { formatBytes, remark } from "../output.ts";
import { shown } from "./progress.ts";
import { findStore } from "./store.ts";

export async function getObject(
  name: string,
  key: string,
  options: { readonly output?: string },
): Promise<void> {
  const client = await runningWorld();
  const object = await client.getObject(await findStore(client, name), key);
  const { "content-type": type = "", "content-length": length } = object.headers;
  const size = length === undefined ? {} : { size: Number(length) };
  if (options.output !== undefined) {
    const path = resolveFile(options.output);
    await write(path, shown(object, { label: key, ...size })).catch((error: NodeJS.ErrnoException) => {
      if (error.syscall === undefined) throw error;
      if (error.code !== "ENOENT") throw fileFailure("write", path, error);
      throw new CommandFailure(
        exitCodes.refused,
        `Cannot write ${path}: there is no folder ${dirname(path)}. Make it first.`,
      );
    });
    remark(`${path}  ${formatBytes(Number(length ?? 0))}  ${type}`);
    return;
  }
  if (process.stdout.isTTY && !/^text\/|json|xml/.test(type)) {
    object.destroy();
    const fix = "Write it to a file with -o, or pipe it on.";
    throw new CommandFailure(exitCodes.usage, `Cannot show ${key} on a terminal: it is ${type}. ${fix}`);
  }
  await pipeline(object, process.stdout, { end: false });
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
