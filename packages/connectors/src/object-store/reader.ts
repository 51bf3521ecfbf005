// Reading a store: checked keys, explained failures, pages without the records of the port itself.
import { FunctionError } from "@faasade/core";
import type { Connection, ObjectReader, UrlOptions } from "./client.ts";
import type { ByteRange, ListedObject, ObjectInfo, ObjectPage } from "./driver.ts";
import { attempt } from "./failure.ts";
import { afterReserved, checkKey, checkKeyStart, isReserved } from "./key.ts";
import { checkRange, spanOf } from "./range.ts";
import { signUrl } from "./sign-url.ts";
import { type StoredObject, storedObject } from "./stored-object.ts";

export class Reader implements ObjectReader {
  readonly #store: Connection;

  constructor(store: Connection) {
    this.#store = store;
  }

  async head(key: string): Promise<ObjectInfo | undefined> {
    const { name, driver } = this.#store;
    checkKey(name, key);
    return attempt(`look up ${JSON.stringify(key)} in ${name}`, () => driver.head(key));
  }

  async get(key: string, { range }: { readonly range?: ByteRange } = {}): Promise<StoredObject | undefined> {
    const { name, driver } = this.#store;
    checkKey(name, key);
    if (range !== undefined) checkRange(range);
    const content = await attempt(`get ${JSON.stringify(key)} from ${name}`, () => driver.get(key, range));
    return content === undefined
      ? undefined
      : storedObject(name, content, spanOf(range, content.info.size).length);
  }

  async list(
    options: { readonly prefix?: string; readonly after?: string; readonly limit?: number } = {},
  ): Promise<ObjectPage> {
    const { name, driver } = this.#store;
    const { prefix = "", after, limit = 1000 } = options;
    checkKeyStart(name, "prefix", prefix);
    if (after !== undefined) checkKeyStart(name, "after", after);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new FunctionError("invalid", `Cannot list ${limit} keys of ${name} at once: ask for 1 to 1,000.`);
    }
    const objects: ListedObject[] = [];
    let next = after;
    do {
      const start = next === undefined ? {} : { after: isReserved(next) ? afterReserved : next };
      const rest = { prefix, limit: limit - objects.length, ...start };
      const page = await attempt(`list ${name}`, () => driver.list(rest));
      objects.push(...page.objects.filter(({ key }) => !isReserved(key)));
      next = page.next;
    } while (next !== undefined && objects.length < limit);
    return { objects, next };
  }

  async *keys(prefix = ""): AsyncGenerator<ListedObject> {
    let after: string | undefined;
    do {
      const page = await this.list({ prefix, ...(after === undefined ? {} : { after }) });
      yield* page.objects;
      after = page.next;
    } while (after !== undefined);
  }

  signedUrl(key: string, options: UrlOptions): Promise<string | undefined> {
    return signUrl(this.#store, key, options);
  }
}
