// What handlers do with a store: one client per invocation, as wide as the access the function declares.
import type { Access, Ambient } from "@faasade/core";
import { type Effects, type OnceLedger, seenOnce } from "@faasade/core/adapter";
import { runOnce } from "./claims.ts";
import type {
  ByteRange,
  ListedObject,
  ObjectInfo,
  ObjectPage,
  ObjectStoreDriver,
  PutBody,
  PutOptions,
} from "./driver.ts";
import { Reader } from "./reader.ts";
import type { StoredObject } from "./stored-object.ts";
import { Writer } from "./writer.ts";

export interface UrlOptions {
  /** Default: `get`. `put` needs the access `write` or `readWrite`, `get` needs `read` or `readWrite`. */
  readonly action?: "get" | "put";
  /** 1 second to 7 days. */
  readonly expiresSeconds: number;
}

interface UrlSigner {
  /**
   * A URL by which anyone may do this one thing until it expires; undefined where the store has no such URLs.
   * @throws {FunctionError} `unsupported` when the function's own access does not allow the action.
   */
  signedUrl(key: string, options: UrlOptions): Promise<string | undefined>;
}

/** Every method throws `invalid` for a key that not every store can hold, `unavailable` when the store fails. */
export interface ObjectReader extends UrlSigner {
  /** What is known of an object; undefined when there is none. */
  head(key: string): Promise<ObjectInfo | undefined>;
  /** @throws {FunctionError} `invalid` when the range starts behind the last byte. */
  get(key: string, options?: { readonly range?: ByteRange }): Promise<StoredObject | undefined>;
  /** One page in the order of the keys' UTF-8 bytes; `limit` is 1 to 1,000 (the default). */
  list(options?: {
    readonly prefix?: string;
    readonly after?: string;
    readonly limit?: number;
  }): Promise<ObjectPage>;
  /** All objects below a prefix, page by page. */
  keys(prefix?: string): AsyncIterable<ListedObject>;
}

/** Every method throws `invalid` for a key that not every store can hold, `unavailable` when the store fails. */
export interface ObjectWriter extends UrlSigner {
  /**
   * Writes all of it or nothing; readers see the former object until then. An error of the body itself is rethrown.
   * @throws {FunctionError} `precondition_failed`; `unsupported` for a condition on a store that ignores conditions.
   */
  put(
    key: string,
    body: string | PutBody,
    options?: PutOptions,
  ): Promise<{ readonly etag: string; readonly size: number }>;
  /** Succeeds when there is nothing to delete. */
  delete(key: string): Promise<void>;
}

/** One store as one invocation sees it. */
export interface Connection {
  readonly name: string;
  readonly driver: ObjectStoreDriver;
  readonly access: Access;
  readonly ambient: Ambient;
}

export function connect(name: string, driver: ObjectStoreDriver, access: Access, ambient: Ambient): unknown {
  const store: Connection = { name, driver, access, ambient };
  if (access === "read") return new Reader(store);
  if (access === "write") return new Writer(store);
  return new ReaderWriter(store);
}

class ReaderWriter extends Reader implements ObjectWriter, OnceLedger<ObjectReader & ObjectWriter> {
  readonly #store: Connection;
  readonly #writer: Writer;

  constructor(store: Connection) {
    super(store);
    this.#store = store;
    this.#writer = new Writer(store);
  }

  put(key: string, body: string | PutBody, options?: PutOptions): Promise<{ etag: string; size: number }> {
    return this.#writer.put(key, body, options);
  }

  delete(key: string): Promise<void> {
    return this.#writer.delete(key);
  }

  /** At least once, and as good as once: see `runOnce`. */
  [seenOnce]<Result>(
    keys: readonly string[],
    effects: (client: ObjectReader & ObjectWriter, fresh: readonly string[]) => Promise<Effects<Result>>,
  ): Promise<Result | undefined> {
    return runOnce(this.#store, keys, (fresh) => effects(this, fresh));
  }
}
