// Writes a blob: in one request when it is small, else in blocks that become visible together.
import { randomUUID } from "node:crypto";
import type { BlockBlobClient, BlockBlobUploadOptions } from "@azure/storage-blob";
import { type Chunk, type Chunks, chunksOf, nextChunk } from "../chunks.ts";
import type { PutBody } from "../driver.ts";

/** With 50,000 blocks a blob has 390 GiB at most. */
const blockBytes = 8 * 1024 * 1024;

export interface Uploaded {
  readonly etag: string;
  readonly size: number;
}

/** A body that fails leaves blocks that are in no blob; Azure removes them after a week. */
export async function upload(
  blob: BlockBlobClient,
  body: PutBody,
  options: BlockBlobUploadOptions,
): Promise<Uploaded> {
  if (body instanceof Uint8Array && body.length <= blockBytes) return putWhole(blob, body, options);
  const chunks = chunksOf(body, blockBytes);
  try {
    const first = await nextChunk(chunks);
    if (first.isLast) return await putWhole(blob, first.bytes, options);
    return await putBlocks(blob, first, chunks, options);
  } finally {
    await chunks.return(undefined);
  }
}

async function putWhole(
  blob: BlockBlobClient,
  body: Uint8Array,
  options: BlockBlobUploadOptions,
): Promise<Uploaded> {
  const { etag } = await blob.upload(body as Uint8Array<ArrayBuffer>, body.length, options);
  return { etag: unquote(etag), size: body.length };
}

async function putBlocks(
  blob: BlockBlobClient,
  first: Chunk,
  rest: Chunks,
  options: BlockBlobUploadOptions,
): Promise<Uploaded> {
  const blocks: string[] = [];
  // Other writes to the same blob stage blocks of their own.
  const prefix = randomUUID();
  let size = 0;
  for (let chunk = first; ; chunk = await nextChunk(rest)) {
    const id = Buffer.from(`${prefix} ${String(blocks.length).padStart(6, "0")}`).toString("base64");
    await blob.stageBlock(id, chunk.bytes as Uint8Array<ArrayBuffer>, chunk.bytes.length);
    blocks.push(id);
    size += chunk.bytes.length;
    if (!chunk.isLast) continue;
    const { etag } = await blob.commitBlockList(blocks, options);
    return { etag: unquote(etag), size };
  }
}

export function unquote(etag: string | undefined): string {
  return (etag ?? "").replace(/^"|"$/g, "");
}
