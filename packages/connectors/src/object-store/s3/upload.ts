// Writes an object: at once when its bytes are there, else in parts as they come.
import { Readable } from "node:stream";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { S3Connection } from "./connection.ts";

/** The smallest part that S3 allows; with its 10,000 parts, a streamed object may have 48.8 GiB. */
const partBytes = 5 * 1024 * 1024;
const partsAtOnce = 2;

export interface Uploaded {
  readonly etag: string;
  readonly size: number;
}

export async function putBytes(
  { sdk, client }: S3Connection,
  input: PutObjectCommandInput,
  body: Uint8Array,
): Promise<Uploaded> {
  const reply = await client.send(
    new sdk.PutObjectCommand({ ...input, Body: body, ContentLength: body.length }),
  );
  return { etag: unquote(reply.ETag), size: body.length };
}

/** Holds two parts in memory. A body that fails leaves nothing behind: its parts are removed. */
export async function putStream(
  { client }: S3Connection,
  input: PutObjectCommandInput,
  body: AsyncIterable<Uint8Array>,
): Promise<Uploaded> {
  const { Upload } = await import("@aws-sdk/lib-storage");
  let size = 0;
  const source = Readable.from(
    (async function* () {
      for await (const chunk of body) {
        size += chunk.length;
        yield chunk;
      }
    })(),
    { objectMode: false },
  );
  const params = { ...input, Body: source };
  try {
    // The conditions in `params` are those of the request that makes the object visible.
    const upload = new Upload({ client, params, partSize: partBytes, queueSize: partsAtOnce });
    const reply = await upload.done();
    return { etag: unquote(reply.ETag), size };
  } finally {
    source.destroy();
  }
}

export function unquote(etag: string | undefined): string {
  return (etag ?? "").replace(/^"|"$/g, "");
}
