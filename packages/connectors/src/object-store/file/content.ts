// The content files of a store: one per version of an object, named by nothing that a user chose.
import { createHash } from "node:crypto";
import { rmSync } from "node:fs";
import { type FileHandle, mkdir, open, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PutBody } from "../driver.ts";
import type { Span } from "../range.ts";
import type { Catalog } from "./catalog.ts";

export interface WrittenContent {
  readonly size: number;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly etag: string;
}

const pieceBytes = 256 * 1024;
const orphanMilliseconds = 3_600_000;

/** Writes a new version and waits until the disk has it. */
export async function writeContent(root: string, version: string, body: PutBody): Promise<WrittenContent> {
  const handle = await createFile(contentPath(root, version));
  try {
    const hash = createHash("sha256");
    let size = 0;
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      hash.update(chunk);
      size += chunk.length;
      await writeAll(handle, chunk);
    }
    await handle.sync();
    return { size, etag: hash.digest("hex") };
  } finally {
    await handle.close();
  }
}

/** @returns undefined when the version has been replaced meanwhile. */
export async function openContent(root: string, version: string): Promise<FileHandle | undefined> {
  try {
    return await open(contentPath(root, version), "r");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The bytes of a span, piece by piece; closes the handle when it ends, also early. */
export async function* readContent(handle: FileHandle, { start, length }: Span): AsyncGenerator<Uint8Array> {
  try {
    let position = start;
    for (let left = length; left > 0; ) {
      const piece = Buffer.allocUnsafeSlow(Math.min(left, pieceBytes));
      const { bytesRead } = await handle.read(piece, 0, piece.length, position);
      if (bytesRead === 0) return;
      yield piece.subarray(0, bytesRead);
      position += bytesRead;
      left -= bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** Removes a version that no object has. What fails here, as under an open file of Windows, is left to a sweep. */
export async function removeContent(root: string, catalog: Catalog, version: string): Promise<void> {
  try {
    await rm(contentPath(root, version), { force: true });
    catalog.forgetUnreferenced(version);
  } catch {
    // It stays noted as unreferenced.
  }
}

/** Removes what writers that died left behind: unreferenced versions to which nothing was written for an hour. */
export async function sweepContent(root: string, catalog: Catalog): Promise<void> {
  const before = Date.now() - orphanMilliseconds;
  for (const version of catalog.unreferenced(before)) {
    const path = contentPath(root, version);
    const found = await stat(path).catch(() => undefined);
    if (found !== undefined && found.mtimeMs > before) continue;
    // In one transaction, because a writer that only paused may be about to refer to it.
    catalog.write(() => {
      if (catalog.forgetUnreferenced(version)) rmSync(path, { force: true });
    });
  }
}

function contentPath(root: string, version: string): string {
  return join(root, "content", version.slice(0, 2), version);
}

async function createFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if (!isMissing(error)) throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, "wx");
  }
}

async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    written += (await handle.write(chunk, written)).bytesWritten;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
