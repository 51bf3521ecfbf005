// Stores files, streamed one after the other.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { resolveFile } from "../here.ts";
import { fileFailure } from "../input.ts";
import { formatBytes, oneLine, print, printJson } from "../output.ts";
import type { StageOptions } from "../stage/options.ts";
import { mediaTypeOf } from "./media-type.ts";
import { shown } from "./progress.ts";
import { type OpenStore, withStore } from "./store.ts";

export interface PutOptions extends StageOptions {
  readonly key?: string;
  readonly type?: string;
  readonly json?: true;
}

interface Source {
  readonly key: string;
  /** Bytes; unknown for stdin. */
  readonly size?: number;
  readonly open: () => AsyncIterable<Uint8Array>;
}

export async function putObjects(name: string, files: readonly string[], options: PutOptions): Promise<void> {
  const sources = await Promise.all(
    files.map((file) => openSource(file, keyFor(file, files.length, options.key))),
  );
  const objects = await withStore(name, options, (store) => put(store, sources, options));
  if (options.json) printJson({ objects });
}

async function put(
  store: OpenStore,
  sources: readonly Source[],
  options: PutOptions,
): Promise<{ key: string; etag: string }[]> {
  const objects: { key: string; etag: string }[] = [];
  for (const { key, size, open } of sources) {
    const contentType = options.type ?? mediaTypeOf(key);
    let bytes = 0;
    const body = shown(open(), { label: key, ...(size === undefined ? {} : { size }) }, (length) => {
      bytes += length;
    });
    const { etag } = await store.put(key, body, {
      contentType,
      ...(size === undefined ? {} : { size }),
    });
    objects.push({ key, etag });
    if (!options.json) print(`${store.name}/${oneLine(key)}  ${formatBytes(bytes)}  ${contentType}`);
  }
  return objects;
}

/** A file keeps its name; `key` renames one, or names the folder of several. */
export function keyFor(file: string, files: number, key: string | undefined): string {
  const name = file === "-" ? "" : basename(file);
  if (key?.endsWith("/") && name !== "") return `${key}${name}`;
  if (key !== undefined && files > 1)
    throw usage(`Cannot store ${files} files under one key: end it with "/" to put them below it.`);
  if (key === undefined && name === "") throw usage("Cannot store what comes from stdin: name its --key.");
  return key ?? name;
}

async function openSource(file: string, key: string): Promise<Source> {
  if (file === "-") return { key, open: () => process.stdin as AsyncIterable<Uint8Array> };
  const path = resolveFile(file);
  const found = await stat(path).catch((error: unknown) => {
    throw fileFailure("store", file, error);
  });
  if (!found.isFile()) throw fileFailure("store", file, { code: "EISDIR" });
  return { key, size: found.size, open: () => createReadStream(path) };
}

function usage(message: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, message);
}
