// The object store in a bucket of S3, or of a server that speaks S3: `s3://bucket/prefix?region=…&endpoint=…`.
import type { Readable } from "node:stream";
import type { GetObjectCommandOutput, HeadObjectCommandOutput } from "@aws-sdk/client-s3";
import { FunctionError } from "@faasade/core";
import type {
  ByteRange,
  ObjectContent,
  ObjectInfo,
  ObjectPage,
  ObjectStoreDriver,
  PutBody,
  PutOptions,
  SignOptions,
} from "../driver.ts";
import { connectS3, connectSigner, type S3Connection } from "./connection.ts";
import { explainS3, isAbsent, type S3Call } from "./failure.ts";
import { decodeMetadata, encodeMetadata } from "./metadata.ts";
import { proveConditionalPut } from "./probe.ts";
import { parseTarget, type S3Target } from "./target.ts";
import { putBytes, putStream, unquote } from "./upload.ts";

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(url: string): ObjectStoreDriver {
  return new S3Store(parseTarget(url));
}

class S3Store implements ObjectStoreDriver {
  readonly #target: S3Target;
  #connection: Promise<S3Connection> | undefined;
  #signer: ReturnType<typeof connectSigner> | undefined;
  #probe: Promise<void> | undefined;

  constructor(target: S3Target) {
    this.#target = target;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const place = this.#place(key);
    return this.#find({ action: "s3:GetObject" }, async ({ sdk, client }) => {
      const reply = await client.send(new sdk.HeadObjectCommand(place));
      return infoOf(key, reply, reply.ContentLength);
    });
  }

  async get(key: string, range?: ByteRange): Promise<ObjectContent | undefined> {
    const part = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end ?? ""}` };
    const place = { ...this.#place(key), ...part };
    return this.#find({ action: "s3:GetObject", range }, async ({ sdk, client }) => {
      const reply = await client.send(new sdk.GetObjectCommand(place));
      const body = reply.Body as Readable;
      const whole =
        reply.ContentRange === undefined ? reply.ContentLength : Number(reply.ContentRange.split("/")[1]);
      return { info: infoOf(key, reply, whole), body, discard: async () => void body.destroy() };
    });
  }

  async put(key: string, body: PutBody, options: PutOptions): Promise<{ etag: string; size: number }> {
    const { contentType, metadata = {}, ifNoneMatch, ifMatch } = options;
    const input = {
      ...this.#place(key),
      Metadata: encodeMetadata(metadata),
      ...(contentType === undefined ? {} : { ContentType: contentType }),
      ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
      ...(ifMatch === undefined ? {} : { IfMatch: `"${ifMatch}"` }),
    };
    const conditional = ifNoneMatch !== undefined || ifMatch !== undefined;
    return this.#call({ action: "s3:PutObject", conditional }, (connection) =>
      body instanceof Uint8Array ? putBytes(connection, input, body) : putStream(connection, input, body),
    );
  }

  async delete(key: string): Promise<void> {
    const place = this.#place(key);
    await this.#call({ action: "s3:DeleteObject" }, ({ sdk, client }) =>
      client.send(new sdk.DeleteObjectCommand(place)),
    );
  }

  async list(options: {
    readonly prefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<ObjectPage> {
    const { bucket, prefix } = this.#target;
    const input = {
      Bucket: bucket,
      Prefix: prefix + options.prefix,
      MaxKeys: options.limit,
      ...(options.after === undefined ? {} : { StartAfter: prefix + options.after }),
    };
    const reply = await this.#call({ action: "s3:ListBucket" }, ({ sdk, client }) =>
      client.send(new sdk.ListObjectsV2Command(input)),
    );
    const objects = (reply.Contents ?? []).map(({ Key = "", Size = 0, ETag, LastModified }) => ({
      key: Key.slice(prefix.length),
      size: Size,
      etag: unquote(ETag),
      modifiedAt: LastModified?.getTime() ?? 0,
    }));
    return { objects, next: reply.IsTruncated ? objects.at(-1)?.key : undefined };
  }

  async signUrl(key: string, { action, expiresSeconds }: SignOptions): Promise<string> {
    const place = this.#place(key);
    this.#signer ??= connectSigner(this.#target);
    const { sdk, client, getSignedUrl } = await this.#signer;
    const command = action === "get" ? new sdk.GetObjectCommand(place) : new sdk.PutObjectCommand(place);
    return this.#call({ action: action === "get" ? "s3:GetObject" : "s3:PutObject" }, () =>
      getSignedUrl(client, command, { expiresIn: expiresSeconds }),
    );
  }

  probeConditionalPut(): Promise<void> {
    this.#probe ??= proveConditionalPut(this, this.#target).catch((error: unknown) => {
      this.#probe = undefined;
      throw error;
    });
    return this.#probe;
  }

  async close(): Promise<void> {
    (await this.#connection)?.client.destroy();
    (await this.#signer)?.client.destroy();
  }

  #place(key: string): { Bucket: string; Key: string } {
    const { bucket, prefix } = this.#target;
    const Key = prefix + key;
    if (prefix !== "" && Buffer.byteLength(Key) > 1024) {
      throw new FunctionError(
        "invalid",
        `Cannot use the key ${key.slice(0, 80)}…: with the store's prefix it is longer than 1,024 bytes.`,
      );
    }
    return { Bucket: bucket, Key };
  }

  async #find<Result>(call: Omit<S3Call, "target">, work: (connection: S3Connection) => Promise<Result>) {
    return this.#call(call, (connection) =>
      work(connection).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      }),
    );
  }

  async #call<Result>(
    call: Omit<S3Call, "target">,
    work: (connection: S3Connection) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#connection ??= connectS3(this.#target);
      return await work(await this.#connection);
    } catch (error) {
      throw explainS3(error, { target: this.#target, ...call });
    }
  }
}

function infoOf(key: string, reply: HeadObjectCommandOutput | GetObjectCommandOutput, size = 0): ObjectInfo {
  return {
    key,
    size,
    etag: unquote(reply.ETag),
    contentType: reply.ContentType ?? "application/octet-stream",
    modifiedAt: reply.LastModified?.getTime() ?? 0,
    metadata: decodeMetadata(reply.Metadata),
  };
}
