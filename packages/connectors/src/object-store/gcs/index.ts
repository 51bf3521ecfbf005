// The object store in a bucket of Google Cloud Storage: `gs://bucket/prefix`.
import { FunctionError } from "@faasade/core";
import { GoogleError } from "../../shared/google/api.ts";
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
import { unsatisfiable } from "../range.ts";
import { GcsConnection } from "./connection.ts";
import { explainGcs, isAbsent } from "./failure.ts";
import { infoOf, listedOf, listFields, type ObjectResource, objectFields } from "./resource.ts";
import { signGcsUrl } from "./signed-url.ts";
import { describeTarget, type GcsTarget, parseTarget } from "./target.ts";
import { upload } from "./upload.ts";

/** Asks nobody and loads nothing: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(url: string): ObjectStoreDriver {
  return new GcsStore(parseTarget(url));
}

/** How often an object may be replaced while it is looked at. */
const looks = 20;

class GcsStore implements ObjectStoreDriver {
  readonly #target: GcsTarget;
  readonly #connection: GcsConnection;

  constructor(target: GcsTarget) {
    this.#target = target;
    this.#connection = new GcsConnection(target);
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const name = this.#name(key);
    return this.#find("storage.objects.get", async () => infoOf(key, await this.#describe(name)));
  }

  async get(key: string, range?: ByteRange): Promise<ObjectContent | undefined> {
    const name = this.#name(key);
    return this.#find("storage.objects.get", async () => {
      for (let look = 1; look <= looks; look += 1) {
        // The bytes come without the metadata, so both are asked for at once, and have to be of one generation.
        const [described, read] = await Promise.allSettled([this.#describe(name), this.#read(name, range)]);
        const body = read.status === "fulfilled" ? read.value.body : null;
        if (described.status === "rejected") {
          await body?.cancel();
          throw described.reason;
        }
        if (read.status === "fulfilled") {
          const { generation } = described.value;
          if (read.value.headers.get("x-goog-generation") === generation)
            return contentOf(infoOf(key, described.value), body);
        } else if (!isAbsent(read.reason)) throw read.reason;
        await body?.cancel();
      }
      throw new Error(`${key} is replaced faster than it can be read`);
    });
  }

  async put(key: string, body: PutBody, options: PutOptions): Promise<{ etag: string; size: number }> {
    const { contentType, metadata = {}, ifNoneMatch, ifMatch } = options;
    if (ifMatch !== undefined && !/^[1-9]\d{0,18}$/.test(ifMatch))
      throw new FunctionError(
        "precondition_failed",
        `Cannot write to ${describeTarget(this.#target)}: the condition does not hold.`,
      );
    const description = {
      name: this.#name(key),
      metadata,
      ifGenerationMatch: ifNoneMatch === undefined ? ifMatch : "0",
      ...(contentType === undefined ? {} : { contentType }),
    };
    return this.#call("storage.objects.create (and storage.objects.delete, to overwrite)", async () => {
      const { generation, size } = await upload(this.#connection, description, body);
      return { etag: generation, size: Number(size) };
    });
  }

  async delete(key: string): Promise<void> {
    const url = this.#connection.objectsUrl(this.#name(key));
    await this.#find("storage.objects.delete", async () => {
      const reply = await this.#connection.request(url, { method: "DELETE" });
      await reply.body?.cancel();
    });
  }

  async list(options: {
    readonly prefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<ObjectPage> {
    const { prefix } = this.#target;
    const start = options.after === undefined ? undefined : prefix + options.after;
    const query = new URLSearchParams({ prefix: prefix + options.prefix, fields: listFields });
    // A list begins with the name that it starts at, which the page before it ended with.
    query.set("maxResults", String(options.limit + (start === undefined ? 0 : 1)));
    if (start !== undefined) query.set("startOffset", start);
    const found: ObjectResource[] = [];
    let token: string | undefined;
    do {
      if (token !== undefined) query.set("pageToken", token);
      const page = await this.#page(query);
      found.push(...(page.items ?? []).filter(({ name }) => name !== start));
      token = page.nextPageToken;
    } while (token !== undefined && found.length < options.limit);
    const objects = found.slice(0, options.limit).map((resource) => ({
      key: resource.name.slice(prefix.length),
      ...listedOf(resource),
    }));
    const isCut = token !== undefined || found.length > objects.length;
    return { objects, next: isCut ? objects.at(-1)?.key : undefined };
  }

  async signUrl(key: string, options: SignOptions): Promise<string> {
    const name = this.#name(key);
    return this.#call("iam.serviceAccounts.signBlob", async () =>
      signGcsUrl(this.#target, name, options, await this.#connection.account(), Date.now()),
    );
  }

  /** Cloud Storage has always honoured generations, and nothing else speaks its API. */
  async probeConditionalPut(): Promise<void> {}

  async close(): Promise<void> {}

  #name(key: string): string {
    const name = this.#target.prefix + key;
    if (Buffer.byteLength(name) <= 1024) return name;
    throw new FunctionError(
      "invalid",
      `Cannot use the key ${key.slice(0, 80)}…: with the store's prefix it is longer than 1,024 bytes.`,
    );
  }

  async #describe(name: string): Promise<ObjectResource> {
    const reply = await this.#connection.request(
      `${this.#connection.objectsUrl(name)}?fields=${encodeURIComponent(objectFields)}`,
    );
    return (await reply.json()) as ObjectResource;
  }

  async #read(name: string, range: ByteRange | undefined): Promise<Response> {
    const url = `${this.#connection.objectsUrl(name)}?alt=media`;
    const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end ?? ""}` };
    try {
      return await this.#connection.request(url, { headers });
    } catch (error) {
      if (range !== undefined && error instanceof GoogleError && error.status === 416)
        throw unsatisfiable(range);
      throw error;
    }
  }

  async #page(query: URLSearchParams) {
    return this.#call("storage.objects.list", async () => {
      const reply = await this.#connection.request(`${this.#connection.objectsUrl()}?${query}`);
      return (await reply.json()) as { items?: readonly ObjectResource[]; nextPageToken?: string };
    });
  }

  async #find<Result>(permission: string, work: () => Promise<Result>): Promise<Result | undefined> {
    return this.#call(permission, () =>
      work().catch((error: unknown) => {
        if (isAbsent(error)) return undefined;
        throw error;
      }),
    );
  }

  async #call<Result>(permission: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explainGcs(error, this.#target, permission);
    }
  }
}

function contentOf(info: ObjectInfo, body: Response["body"]): ObjectContent {
  return { info, body: body ?? none(), discard: async () => void (await body?.cancel()) };
}

async function* none(): AsyncGenerator<Uint8Array> {}
