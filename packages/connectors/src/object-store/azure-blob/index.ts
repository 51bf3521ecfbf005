// The object store in a container of Azure Blob Storage: `azure-blob://account/container/prefix`.
import type { Readable } from "node:stream";
import { FunctionError } from "@faasade/core";
import type { ConfigurationSource } from "@faasade/core/adapter";
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
import { type BlobConnection, connectBlobs } from "./connection.ts";
import { type BlobCall, explainBlob, isAbsent } from "./failure.ts";
import { decodeMetadata, encodeMetadata } from "./metadata.ts";
import { type BlobTarget, parseTarget } from "./target.ts";
import { unquote, upload } from "./upload.ts";

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(
  url: string,
  { configuration }: { readonly configuration: ConfigurationSource },
): ObjectStoreDriver {
  return new BlobStore(parseTarget(url, configuration));
}

const reader: BlobCall = { role: "Storage Blob Data Reader" };
const contributor: BlobCall = { role: "Storage Blob Data Contributor" };

class BlobStore implements ObjectStoreDriver {
  readonly #target: BlobTarget;
  #connection: Promise<BlobConnection> | undefined;

  constructor(target: BlobTarget) {
    this.#target = target;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const name = this.#name(key);
    return this.#find(reader, async ({ container }) => {
      const reply = await container.getBlobClient(name).getProperties();
      return infoOf(key, reply, reply.contentLength);
    });
  }

  async get(key: string, range?: ByteRange): Promise<ObjectContent | undefined> {
    const name = this.#name(key);
    const count = range?.end === undefined ? undefined : range.end - range.start + 1;
    return this.#find({ ...reader, range }, async ({ container }) => {
      const reply = await container.getBlobClient(name).download(range?.start ?? 0, count);
      const body = reply.readableStreamBody as Readable;
      const whole =
        reply.contentRange === undefined ? reply.contentLength : Number(reply.contentRange.split("/")[1]);
      return { info: infoOf(key, reply, whole), body, discard: async () => void body.destroy() };
    });
  }

  async put(key: string, body: PutBody, options: PutOptions): Promise<{ etag: string; size: number }> {
    const { contentType, metadata = {}, ifNoneMatch, ifMatch } = options;
    const name = this.#name(key);
    const how = {
      metadata: encodeMetadata(metadata),
      blobHTTPHeaders: { blobContentType: contentType ?? "application/octet-stream" },
      conditions: {
        ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
        ...(ifMatch === undefined ? {} : { ifMatch: `"${ifMatch}"` }),
      },
    };
    const conditional = ifNoneMatch !== undefined || ifMatch !== undefined;
    return this.#call({ ...contributor, conditional }, ({ container }) =>
      upload(container.getBlockBlobClient(name), body, how),
    );
  }

  async delete(key: string): Promise<void> {
    const name = this.#name(key);
    await this.#find(contributor, ({ container }) =>
      container.getBlobClient(name).delete({ deleteSnapshots: "include" }),
    );
  }

  async list(options: {
    readonly prefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<ObjectPage> {
    const { prefix } = this.#target;
    const start = options.after === undefined ? undefined : prefix + options.after;
    const from = start === undefined ? {} : { startFrom: start };
    return this.#call(reader, async ({ container }) => {
      // A list begins with the name that it starts at, which the page before it ended with.
      const maxPageSize = options.limit + (start === undefined ? 0 : 1);
      const pages = container
        .listBlobsFlat({ prefix: prefix + options.prefix, ...from })
        .byPage({ maxPageSize });
      const objects: ObjectPage["objects"][number][] = [];
      for await (const { segment, continuationToken } of pages) {
        for (const { name, properties } of segment.blobItems) {
          if (name === start) continue;
          const { contentLength = 0, etag, lastModified } = properties;
          const modifiedAt = lastModified.getTime();
          objects.push({
            key: name.slice(prefix.length),
            size: contentLength,
            etag: unquote(etag),
            modifiedAt,
          });
        }
        const isMore = continuationToken !== undefined && continuationToken !== "";
        if (objects.length < options.limit && isMore) continue;
        const page = objects.slice(0, options.limit);
        return { objects: page, next: isMore || page.length < objects.length ? page.at(-1)?.key : undefined };
      }
      return { objects, next: undefined };
    });
  }

  async signUrl(key: string, options: SignOptions): Promise<string> {
    const name = this.#name(key);
    return this.#call({ role: "Storage Blob Delegator" }, ({ sign }) => sign(name, options));
  }

  /** Azure has always honoured conditions, and nothing else speaks its API. */
  async probeConditionalPut(): Promise<void> {}

  async close(): Promise<void> {}

  #name(key: string): string {
    const name = this.#target.prefix + key;
    if (name.length <= 1024 && name.split("/").length <= 254) return name;
    throw new FunctionError(
      "invalid",
      `Cannot use the key ${key.slice(0, 80)}…: Azure takes 1,024 characters and 254 segments, the store's prefix included.`,
    );
  }

  async #find<Result>(call: BlobCall, work: (connection: BlobConnection) => Promise<Result>) {
    return this.#call(call, (connection) =>
      work(connection).catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      }),
    );
  }

  async #call<Result>(
    call: BlobCall,
    work: (connection: BlobConnection) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#connection ??= connectBlobs(this.#target);
      return await work(await this.#connection);
    } catch (error) {
      throw explainBlob(error, this.#target, call);
    }
  }
}

interface Described {
  readonly etag?: string;
  readonly contentType?: string;
  readonly lastModified?: Date;
  readonly metadata?: Record<string, string>;
}

function infoOf(key: string, { etag, contentType, lastModified, metadata }: Described, size = 0): ObjectInfo {
  return {
    key,
    size,
    etag: unquote(etag),
    contentType: contentType ?? "application/octet-stream",
    modifiedAt: lastModified?.getTime() ?? 0,
    metadata: decodeMetadata(metadata),
  };
}
