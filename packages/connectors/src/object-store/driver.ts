// What a driver of the object-store port must do; everything convenient is built on it once, in the client.

export interface ObjectInfo {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** Identifies this content; opaque, without quotes. */
  readonly etag: string;
  readonly contentType: string;
  /** Epoch milliseconds; some stores round to seconds. */
  readonly modifiedAt: number;
  /** Names in lower case. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Inclusive, as in HTTP; without `end` up to the last byte. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export interface ObjectContent {
  readonly info: ObjectInfo;
  /** Read once, with back-pressure; the bytes of the range when one was asked for. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives back what an unread body holds: a file handle, a connection. */
  discard(): Promise<void>;
}

export interface PutOptions {
  /** Default: guessed from the key's ending, else `application/octet-stream`. */
  readonly contentType?: string;
  /** Names of `a-z`, `0-9` and `-`; values are any text; 2 KB together. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Write only when nothing has this key yet. */
  readonly ifNoneMatch?: "*";
  /** Write only over the content with this etag. */
  readonly ifMatch?: string;
}

/** What a change came of, for stores that can pass it on to whom they tell of the change. */
export interface Origin {
  /** W3C trace context of the invocation that makes the change. */
  readonly traceparent?: string;
}

export type PutBody = Uint8Array | AsyncIterable<Uint8Array>;

export interface ListedObject {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modifiedAt: number;
}

/** Keys in the order of their UTF-8 bytes; `next` is the `after` of the following page. */
export interface ObjectPage {
  readonly objects: readonly ListedObject[];
  readonly next: string | undefined;
}

export interface SignOptions {
  readonly action: "get" | "put";
  readonly expiresSeconds: number;
}

/**
 * Keys and options reach a driver checked. What a driver throws that is no `FunctionError` becomes `unavailable`, so a
 * driver maps only what it understands: conditions, ranges, permissions.
 */
export interface ObjectStoreDriver {
  head(key: string): Promise<ObjectInfo | undefined>;
  /** @throws {FunctionError} `invalid` when the range starts behind the last byte. */
  get(key: string, range?: ByteRange): Promise<ObjectContent | undefined>;
  /** @throws {FunctionError} `precondition_failed` when a condition does not hold; nothing is written then. */
  put(
    key: string,
    body: PutBody,
    options: PutOptions & Origin,
  ): Promise<{ readonly etag: string; readonly size: number }>;
  /** Succeeds when there is nothing to delete. */
  delete(key: string, origin?: Origin): Promise<void>;
  list(options: {
    readonly prefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<ObjectPage>;
  /** A URL that grants this one action until it expires; left out where the store has no such thing. */
  signUrl?(key: string, options: SignOptions): Promise<string>;
  /** Proves once that conditional puts hold. @throws {FunctionError} `unsupported` on a target that ignores them. */
  probeConditionalPut(): Promise<void>;
  close(): Promise<void>;
}

/** One change of a store, in the order it happened to its key. */
export interface ObjectChange {
  readonly change: "created" | "removed";
  readonly key: string;
  /** Unique for each write of a key, also when the content is the same again. */
  readonly version: string;
  /** Absent on removal, as is `etag`. */
  readonly size?: number;
  readonly etag?: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Of the invocation that made the change, when it was one. */
  readonly traceparent?: string;
}
