// The app as a platform drives it, on real file stores: requests in, events delivered by hand, crashes where wanted.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ObjectStoreDriver } from "@faasade/connectors/object-store";
import * as file from "@faasade/connectors/object-store/file";
import type { FunctionError } from "@faasade/core";
import {
  type App,
  createIds,
  type FunctionEntry,
  type Host,
  type LogRecord,
  openApp,
} from "@faasade/core/adapter";
import makeRenditions from "../src/functions/make-renditions.ts";
import removePhoto from "../src/functions/remove-photo.ts";
import removeRenditions from "../src/functions/remove-renditions.ts";
import servePhoto from "../src/functions/serve-photo.ts";
import serveRendition from "../src/functions/serve-rendition.ts";
import showGallery from "../src/functions/show-gallery.ts";
import signUrl from "../src/functions/sign-url.ts";
import transformImage from "../src/functions/transform-image.ts";
import uploadPhoto from "../src/functions/upload-photo.ts";
import type { Manifest } from "../src/manifest.ts";
import { manifestKey } from "../src/plan.ts";

const functions = [
  makeRenditions,
  removePhoto,
  removeRenditions,
  servePhoto,
  serveRendition,
  showGallery,
  signUrl,
  transformImage,
  uploadPhoto,
];

export interface Change {
  readonly functionName: "make-renditions" | "remove-renditions";
  readonly key: string;
  readonly id: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly bytes: Buffer;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  readonly json: any;
}

export interface RequestOptions {
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array | string | undefined;
  readonly signedIn?: boolean;
}

/** Called before every call of a store's driver; it may wait, or throw to simulate a death at this point. */
export type Step = (store: string, call: string) => void | Promise<void>;

export class World {
  readonly app: App;
  readonly photos: ObjectStoreDriver;
  readonly renditions: ObjectStoreDriver;
  /** What happened to photos and was not delivered yet. */
  readonly changes: Change[] = [];
  readonly log: LogRecord[] = [];
  readonly settings: Record<string, string>;
  readonly #folder: string;
  now = Date.UTC(2026, 0, 1);
  step: Step = () => {};

  private constructor(
    folder: string,
    settings: Record<string, string>,
    stores: [ObjectStoreDriver, ObjectStoreDriver],
  ) {
    this.#folder = folder;
    this.settings = settings;
    [this.photos, this.renditions] = stores;
    const entries = functions.map((fn) => ({
      name: fn.name,
      trigger: fn.trigger,
      load: async () => ({ default: fn }),
    }));
    const composition = {
      app: "image-conversion",
      functions: entries as unknown as FunctionEntry[],
      drivers: {
        photos: { load: async () => ({ open: () => this.#watched("photos", this.photos) }), url: "file:" },
        renditions: {
          load: async () => ({ open: () => this.#watched("renditions", this.renditions) }),
          url: "file:",
        },
      },
    };
    this.app = openApp(composition, this.#host());
  }

  static async open(settings: Record<string, string> = {}): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), "image-conversion-"));
    const open = (name: string) => {
      let tick = Date.UTC(2026, 0, 1);
      return file.open(pathToFileURL(join(folder, name)).href, { clock: { now: () => (tick += 1000) } });
    };
    return new World(folder, settings, [await open("photos"), await open("renditions")]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async request(
    method: string,
    target: string,
    { headers = {}, body, signedIn = true }: RequestOptions = {},
  ): Promise<Answer> {
    const reply = await this.app.http({
      method,
      target,
      origin: "https://images.example",
      headers,
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
      ...(signedIn ? { principal: { kind: "platform" as const, subject: "operator" } } : {}),
    });
    if (method === "HEAD" && reply.body !== undefined)
      throw new Error("A server says how long this body is, not the one that GET has.");
    const bytes = await collect(reply.body);
    const text = bytes.toString("utf8");
    const isJson = /json/.test(String(reply.headers["content-type"]));
    return {
      status: reply.status,
      headers: reply.headers,
      bytes,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  }

  /** Stores a photo as any other program would, past the upload. */
  async put(key: string, bytes: Uint8Array, contentType = "application/octet-stream"): Promise<void> {
    await this.photos.put(key, bytes, { contentType });
    this.#changed("make-renditions", key);
  }

  async remove(key: string): Promise<void> {
    await this.photos.delete(key);
    this.#changed("remove-renditions", key);
  }

  /** Delivers one event; what the platform would see of its failure. */
  async deliver({ functionName, key, id }: Change): Promise<FunctionError | undefined> {
    const outcome = await this.app.events(functionName, {
      events: [
        {
          specversion: "1.0",
          id,
          source: "/photos",
          type:
            functionName === "make-renditions" ? "dev.faasade.object.created" : "dev.faasade.object.removed",
          data: { store: "photos", key },
          extensions: {},
        },
      ],
    });
    return outcome.ok ? outcome.reply.failed[0]?.error : outcome.error;
  }

  /** Delivers everything that happened, in order. */
  async settle(): Promise<(FunctionError | undefined)[]> {
    const results: (FunctionError | undefined)[] = [];
    for (let change = this.changes.shift(); change !== undefined; change = this.changes.shift()) {
      results.push(await this.deliver(change));
    }
    return results;
  }

  /** Stores and converts one photo. */
  async convert(
    key: string,
    bytes: Uint8Array,
    contentType?: string,
  ): Promise<Manifest & { error: FunctionError | undefined }> {
    await this.put(key, bytes, contentType);
    const [error] = await this.settle();
    const manifest = await this.manifest(key);
    if (manifest === undefined) throw new Error(`no manifest of ${key}`, { cause: error });
    return { ...manifest, error };
  }

  async manifest(key: string): Promise<Manifest | undefined> {
    const bytes = await this.made(manifestKey(key));
    return bytes === undefined ? undefined : (JSON.parse(bytes.toString("utf8")) as Manifest);
  }

  async made(key: string): Promise<Buffer | undefined> {
    const found = await this.renditions.get(key);
    return found === undefined ? undefined : collect(found.body);
  }

  /** Everything in the renditions store: key → the hash of its bytes. */
  async state(): Promise<Record<string, string>> {
    const page = await this.renditions.list({ prefix: "", limit: 1000 });
    return Object.fromEntries(page.objects.map(({ key, etag }) => [key, etag]));
  }

  /** Holds up this call until so many wait at it, and a while longer for one more; then what was called by then. */
  async holdUp(heldStore: string, heldCall: string, expected: number): Promise<string[]> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const calls: string[] = [];
    const arrived = Promise.withResolvers<void>();
    this.step = (store, call) => {
      calls.push(`${store}.${call}`);
      if (store !== heldStore || call !== heldCall) return;
      if (calls.filter((one) => one === `${heldStore}.${heldCall}`).length >= expected) arrived.resolve();
      return promise;
    };
    await arrived.promise;
    await new Promise((enough) => setTimeout(enough, 300));
    this.step = () => {};
    resolve();
    return calls;
  }

  #changed(functionName: Change["functionName"], key: string): void {
    this.changes.push({ functionName, key, id: `event-${this.changes.length}-${key}` });
  }

  #watched(name: string, driver: ObjectStoreDriver): ObjectStoreDriver {
    return new Proxy(driver, {
      get: (target, call: keyof ObjectStoreDriver) => {
        const method = target[call];
        if (typeof method !== "function") return method;
        if (call === "close") return () => target.close();
        return async (...args: unknown[]) => {
          await this.step(name, call);
          const result = await (method as (...all: unknown[]) => unknown).apply(target, args);
          if (name === "photos" && call === "put") this.#changed("make-renditions", String(args[0]));
          if (name === "photos" && call === "delete") this.#changed("remove-renditions", String(args[0]));
          return result;
        };
      },
    });
  }

  #host(): Host {
    const clock = { now: () => this.now };
    let seed = 7;
    const random = () => {
      seed = (seed * 16807) % 2147483647;
      return seed / 2147483647;
    };
    return {
      clock,
      random,
      ids: createIds(clock, random),
      log: (record) => this.log.push(record),
      configuration: (variable) => this.settings[variable],
      secrets: async () => "a key of the tests that nobody guesses",
      http: { fetch: () => Promise.reject(new Error("this app calls nobody")) },
    };
  }
}

async function collect(body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body as Uint8Array);
  return Buffer.concat(await Array.fromAsync(body));
}
