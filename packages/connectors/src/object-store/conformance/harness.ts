// What a driver brings to the conformance suite, and what the suite's tests share.
import type { Ambient } from "@faasade/core";
import { createIds, type OnceLedger } from "@faasade/core/adapter";
import { it } from "vitest";
import type { ObjectReader, ObjectStoreDriver, ObjectWriter, StoredObject } from "../index.ts";
import { objectStore } from "../index.ts";

/** Where targets differ. The suite asks this table, never a driver's name. */
export interface ObjectStoreCapabilities {
  /** Whether conditions hold; where they do not, the refusal is tested. */
  readonly conditionalPut: boolean;
  /** Whether there are signed URLs, and whether the target checks them. */
  readonly signatures: "checked" | "unchecked" | "none";
  /** What a client must send beside the bytes to put by a signed URL. Default: nothing. */
  readonly signedPutHeaders?: Readonly<Record<string, string>>;
  /** `paths`: the target keeps keys as paths of files, so `a` excludes `a/b` and segments have at most 255 bytes. */
  readonly keys: "any" | "paths";
  /** `locale`: the target sorts in another way, as a dictionary does; only keys whose order is the same by UTF-8 bytes are listed. */
  readonly order: "utf8" | "locale";
}

export interface ObjectStoreHarness {
  readonly title: string;
  readonly capabilities: ObjectStoreCapabilities;
  /** A new, empty store. */
  create(): Promise<OpenStore>;
}

export interface OpenStore {
  readonly driver: ObjectStoreDriver;
  /** A second driver on the same store, as another process would open it. */
  again(): Promise<ObjectStoreDriver>;
}

export type StoreClient = ObjectReader & ObjectWriter & OnceLedger<ObjectReader & ObjectWriter>;

export interface TestAmbient extends Ambient {
  readonly clock: { now(): number; advance(milliseconds: number): void };
  readonly warnings: string[];
}

/** An invocation that may take a minute by its own clock, which only a test moves. */
export function testAmbient(startedAt = Date.UTC(2030, 0, 1)): TestAmbient {
  let now = startedAt;
  const warnings: string[] = [];
  const clock = {
    now: () => now,
    advance(milliseconds: number) {
      now += milliseconds;
    },
  };
  const silent = () => {};
  return {
    clock,
    warnings,
    log: { debug: silent, info: silent, warn: (message) => void warnings.push(message), error: silent },
    random: Math.random,
    ids: createIds(clock, Math.random),
    signal: new AbortController().signal,
    attempt: 1,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    deadline: startedAt + 60_000,
    urlOf: () => "http://127.0.0.1/",
    http: { fetch: () => Promise.reject(new Error("no network in this suite")) },
  };
}

export function clientOf(driver: ObjectStoreDriver, ambient: Ambient = testAmbient()): StoreClient {
  return objectStore("photos").connect(driver, "readWrite", ambient) as StoreClient;
}

export async function createClient(harness: ObjectStoreHarness): Promise<StoreClient> {
  return clientOf((await harness.create()).driver);
}

/** @throws {Error} when the object is not there. */
export async function mustGet(client: ObjectReader, key: string): Promise<StoredObject> {
  const object = await client.get(key);
  if (object === undefined) throw new Error(`${key} is not there`);
  return object;
}

/** `it` where a capability is there; elsewhere another test stands for it, or the table says that it is not promised. */
export function when(applies: boolean): (promise: string, test: () => Promise<void>) => void {
  return applies ? it : () => {};
}

export async function keysOf(client: ObjectReader, prefix?: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of client.keys(prefix)) keys.push(key);
  return keys;
}

export async function* inChunks(bytes: Uint8Array, chunkBytes: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes)
    yield bytes.subarray(start, start + chunkBytes);
}

/** Bytes that repeat nowhere near, so that a piece in the wrong place shows. */
export function patterned(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

export function byUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
