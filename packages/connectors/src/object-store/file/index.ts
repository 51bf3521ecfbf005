// The object store in a local folder: `file:///absolute/folder`. Any number of processes may share one.
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type Clock, FunctionError } from "@faasade/core";
import type { DriverOptions } from "@faasade/core/adapter";
import type {
  ByteRange,
  ListedObject,
  ObjectContent,
  ObjectInfo,
  ObjectPage,
  ObjectStoreDriver,
  Origin,
  PutBody,
  PutOptions,
} from "../driver.ts";
import { isReserved } from "../key.ts";
import { spanOf } from "../range.ts";
import { type Catalog, type Entry, openCatalog } from "./catalog.ts";
import {
  openContent,
  readContent,
  removeContent,
  sweepContent,
  type WrittenContent,
  writeContent,
} from "./content.ts";

export { type ChangeWatch, watchChanges } from "./changes.ts";

/**
 * Opens the store in a folder, made if need be. `?changes=off` records no changes, for a store that nobody watches.
 * @throws {TypeError} for a URL that names no local folder; {Error} for a folder of another layout.
 */
export async function open(url: string, options: Pick<DriverOptions, "clock">): Promise<ObjectStoreDriver> {
  const { root, recordsChanges } = parse(url);
  const catalog = await openCatalog(root);
  await sweepContent(root, catalog);
  return new FileStore(root, catalog, options.clock, recordsChanges);
}

/** The folder that a `file:` URL of a store names. @throws {TypeError} for any other URL. */
export function folderOf(url: string): string {
  return parse(url).root;
}

class FileStore implements ObjectStoreDriver {
  readonly #root: string;
  readonly #catalog: Catalog;
  readonly #clock: Clock;
  readonly #recordsChanges: boolean;

  constructor(root: string, catalog: Catalog, clock: Clock, recordsChanges: boolean) {
    this.#root = root;
    this.#catalog = catalog;
    this.#clock = clock;
    this.#recordsChanges = recordsChanges;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const entry = this.#catalog.find(key);
    return entry === undefined ? undefined : infoOf(entry);
  }

  async get(key: string, range?: ByteRange): Promise<ObjectContent | undefined> {
    for (let entry = this.#catalog.find(key); entry !== undefined; ) {
      const span = spanOf(range, entry.size);
      const handle = await openContent(this.#root, entry.version);
      if (handle !== undefined) {
        return { info: infoOf(entry), body: readContent(handle, span), discard: () => handle.close() };
      }
      const lost = entry.version;
      entry = this.#catalog.find(key);
      if (entry?.version === lost) throw new Error(`its content ${lost} is not in ${this.#root}`);
    }
    return undefined;
  }

  async put(
    key: string,
    body: PutBody,
    options: PutOptions & Origin,
  ): Promise<{ etag: string; size: number }> {
    const version = randomUUID();
    this.#catalog.noteUnreferenced(version, Date.now());
    try {
      const written = await writeContent(this.#root, version, body);
      const former = this.#catalog.write(() => this.#commit({ key, version }, written, options));
      if (former !== undefined) await removeContent(this.#root, this.#catalog, former.version);
      return written;
    } catch (error) {
      await removeContent(this.#root, this.#catalog, version);
      throw error;
    }
  }

  async delete(key: string, origin: Origin = {}): Promise<void> {
    const former = this.#catalog.write(() => {
      const found = this.#catalog.find(key);
      if (found === undefined) return undefined;
      this.#catalog.remove(key);
      this.#catalog.noteUnreferenced(found.version, Date.now());
      this.#record("removed", { key, version: randomUUID(), at: this.#clock.now() }, origin);
      return found;
    });
    if (former !== undefined) await removeContent(this.#root, this.#catalog, former.version);
  }

  async list(options: {
    readonly prefix: string;
    readonly after?: string;
    readonly limit: number;
  }): Promise<ObjectPage> {
    const { prefix, after = "", limit } = options;
    const found = this.#catalog.list(prefix, after, limit + 1);
    const objects = found.slice(0, limit).map(listed);
    return { objects, next: found.length > limit ? objects.at(-1)?.key : undefined };
  }

  async probeConditionalPut(): Promise<void> {
    // Conditions are asked inside the transaction that writes.
  }

  async close(): Promise<void> {
    this.#catalog.close();
  }

  /** Inside a transaction. @returns what the new content replaces. */
  #commit(
    of: { key: string; version: string },
    written: WrittenContent,
    options: PutOptions & Origin,
  ): Entry | undefined {
    const former = this.#catalog.find(of.key);
    checkCondition(of.key, former, options);
    if (!this.#catalog.forgetUnreferenced(of.version))
      throw new Error("its body paused for an hour and was swept");
    if (former !== undefined) this.#catalog.noteUnreferenced(former.version, Date.now());
    const { contentType = "application/octet-stream", metadata = {} } = options;
    const at = this.#clock.now();
    this.#catalog.replace({ ...of, ...written, contentType, modifiedAt: at, metadata });
    this.#record("created", { ...of, ...written, at }, options);
    return former;
  }

  /** What the port keeps for itself starts no function. */
  #record(
    change: "created" | "removed",
    what: { key: string; version: string; size?: number; etag?: string; at: number },
    { traceparent }: Origin,
  ): void {
    if (!this.#recordsChanges || isReserved(what.key)) return;
    this.#catalog.record({ change, ...what, ...(traceparent === undefined ? {} : { traceparent }) });
  }
}

function checkCondition(key: string, former: Entry | undefined, { ifNoneMatch, ifMatch }: PutOptions): void {
  const refuse = (reason: string) =>
    new FunctionError("precondition_failed", `Cannot put ${JSON.stringify(key)}: ${reason}.`);
  if (ifNoneMatch !== undefined && former !== undefined) throw refuse("there is one already");
  if (ifMatch !== undefined && former?.etag !== ifMatch) {
    throw refuse(former === undefined ? "there is none to replace" : "it has changed");
  }
}

function parse(url: string): { root: string; recordsChanges: boolean } {
  const { protocol, searchParams, hash } = new URL(url);
  const unknown = [...searchParams.keys()].find((name) => name !== "changes");
  const changes = searchParams.get("changes") ?? "on";
  if (protocol !== "file:") throw new TypeError(`the file driver opens file: URLs, not ${protocol}`);
  if (unknown !== undefined)
    throw new TypeError(`the file driver knows no parameter ${unknown}; it knows changes=on|off`);
  if ((changes !== "on" && changes !== "off") || hash !== "")
    throw new TypeError(`the file driver cannot read ${url}`);
  return { root: fileURLToPath(url.replace(/\?.*$/s, "")), recordsChanges: changes === "on" };
}

function infoOf({ key, size, etag, contentType, modifiedAt, metadata }: Entry): ObjectInfo {
  return { key, size, etag, contentType, modifiedAt, metadata };
}

function listed({ key, size, etag, modifiedAt }: Entry): ListedObject {
  return { key, size, etag, modifiedAt };
}
