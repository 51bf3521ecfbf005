// Writes an object: in one request when it is small, else in chunks of a session, of which one is in memory.
// https://cloud.google.com/storage/docs/performing-resumable-uploads
import { randomUUID } from "node:crypto";
import { GoogleError } from "../../shared/google/api.ts";
import { type Chunk, type Chunks, chunksOf, nextChunk } from "../chunks.ts";
import type { PutBody } from "../driver.ts";
import type { GcsConnection } from "./connection.ts";
import { type ObjectResource, objectFields } from "./resource.ts";

export interface Description {
  readonly name: string;
  readonly contentType?: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Only over this generation; "0": only where nothing is. */
  readonly ifGenerationMatch: string | undefined;
}

/** A multiple of 256 KiB, as sessions want it. */
const chunkBytes = 8 * 1024 * 1024;
const resumptions = 5;

export async function upload(
  connection: GcsConnection,
  description: Description,
  body: PutBody,
): Promise<ObjectResource> {
  if (body instanceof Uint8Array && body.length <= chunkBytes) return putWhole(connection, description, body);
  const chunks = chunksOf(body, chunkBytes);
  try {
    const first = await nextChunk(chunks);
    if (first.isLast) return await putWhole(connection, description, first.bytes);
    return await putChunks(connection, await openSession(connection, description), first, chunks);
  } finally {
    await chunks.return(undefined);
  }
}

async function putWhole(
  connection: GcsConnection,
  description: Description,
  body: Uint8Array,
): Promise<ObjectResource> {
  const boundary = `faasade-${randomUUID()}`;
  const part = (type: string) => `--${boundary}\r\ncontent-type: ${type}\r\n\r\n`;
  const { contentType = "application/octet-stream" } = description;
  const reply = await connection.request(`${connection.uploadUrl()}?${queryOf(description, "multipart")}`, {
    method: "POST",
    headers: { "content-type": `multipart/related; boundary=${boundary}` },
    body: Buffer.concat([
      Buffer.from(`${part("application/json")}${resourceOf(description)}\r\n${part(contentType)}`),
      body,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]),
  });
  return (await reply.json()) as ObjectResource;
}

async function putChunks(
  connection: GcsConnection,
  session: string,
  first: Chunk,
  rest: Chunks,
): Promise<ObjectResource> {
  let offset = 0;
  try {
    for (let chunk = first; ; chunk = await nextChunk(rest)) {
      const stored = await putChunk(connection, session, chunk, offset);
      if (stored !== undefined) return stored;
      offset += chunk.bytes.length;
    }
  } catch (error) {
    await connection.request(session, { method: "DELETE", expect: [404, 499], once: true }).catch(() => {});
    throw error;
  }
}

async function openSession(connection: GcsConnection, description: Description): Promise<string> {
  const { contentType = "application/octet-stream" } = description;
  const reply = await connection.request(`${connection.uploadUrl()}?${queryOf(description, "resumable")}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-upload-content-type": contentType },
    body: resourceOf(description),
  });
  await reply.body?.cancel();
  const session = reply.headers.get("location");
  if (session === null) throw new Error("Cloud Storage opened no session for the upload");
  return session;
}

/** @returns the object once the last chunk is stored. A session may take less than it was sent, or lose its answer. */
async function putChunk(
  connection: GcsConnection,
  session: string,
  { bytes, isLast }: Chunk,
  offset: number,
): Promise<ObjectResource | undefined> {
  const end = offset + bytes.length;
  const total = isLast ? String(end) : "*";
  let from = offset;
  for (let left = resumptions; ; left -= 1) {
    const isEmpty = from === end;
    const range = isEmpty ? `bytes */${total}` : `bytes ${from}-${end - 1}/${total}`;
    const reply = await send(connection, session, range, bytes.subarray(from - offset)).catch(
      async (error) => {
        if (left <= 1 || (error instanceof GoogleError && error.status < 500)) throw error;
        return send(connection, session, `bytes */${total}`, new Uint8Array(), false);
      },
    );
    if (reply.status !== 308) return (await reply.json()) as ObjectResource;
    await reply.body?.cancel();
    from = Number(/^bytes=0-(\d+)$/.exec(reply.headers.get("range") ?? "")?.[1] ?? -1) + 1;
    if (!isLast && from === end) return undefined;
    if (left <= 1 || from < offset || from > end)
      throw new Error(`the session has ${from} bytes where ${offset} to ${end} were to be there`);
  }
}

function send(
  connection: GcsConnection,
  session: string,
  range: string,
  body: Uint8Array,
  once = true,
): Promise<Response> {
  return connection.request(session, {
    method: "PUT",
    headers: { "content-range": range },
    body,
    expect: [308],
    once,
  });
}

function resourceOf({ name, contentType, metadata }: Description): string {
  return JSON.stringify({ name, metadata, ...(contentType === undefined ? {} : { contentType }) });
}

function queryOf({ ifGenerationMatch }: Description, uploadType: string): URLSearchParams {
  const condition = ifGenerationMatch === undefined ? {} : { ifGenerationMatch };
  return new URLSearchParams({ uploadType, fields: objectFields, ...condition });
}
