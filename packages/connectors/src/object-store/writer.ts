// Writing to a store: checked keys and options, conditions only where they hold.
import type { Connection, ObjectWriter, UrlOptions } from "./client.ts";
import { contentTypeOf } from "./content-type.ts";
import type { PutBody, PutOptions } from "./driver.ts";
import { attempt } from "./failure.ts";
import { checkKey } from "./key.ts";
import { checkPutOptions } from "./put-options.ts";
import { signUrl } from "./sign-url.ts";

export class Writer implements ObjectWriter {
  readonly #store: Connection;

  constructor(store: Connection) {
    this.#store = store;
  }

  async put(
    key: string,
    body: string | PutBody,
    options: PutOptions = {},
  ): Promise<{ etag: string; size: number }> {
    const { name, driver, ambient } = this.#store;
    checkKey(name, key);
    checkPutOptions(key, options);
    if (options.ifMatch !== undefined || options.ifNoneMatch !== undefined) {
      await attempt(`prove conditional writes of ${name}`, () => driver.probeConditionalPut());
    }
    const source = new Source(body);
    const contentType = options.contentType ?? contentTypeOf(key);
    try {
      return await attempt(`put ${JSON.stringify(key)} into ${name}`, () =>
        driver.put(key, source.body, { ...options, contentType, traceparent: ambient.traceparent }),
      );
    } catch (error) {
      throw source.failed ? source.reason : error;
    }
  }

  async delete(key: string): Promise<void> {
    const { name, driver, ambient } = this.#store;
    checkKey(name, key);
    const { traceparent } = ambient;
    await attempt(`delete ${JSON.stringify(key)} from ${name}`, () => driver.delete(key, { traceparent }));
  }

  signedUrl(key: string, options: UrlOptions): Promise<string | undefined> {
    return signUrl(this.#store, key, options);
  }
}

/** A body as drivers take it, which keeps apart the failure of the source from that of the store. */
class Source {
  readonly body: PutBody;
  failed = false;
  reason: unknown;

  constructor(body: string | PutBody) {
    if (typeof body === "string") this.body = new TextEncoder().encode(body);
    else this.body = body instanceof Uint8Array ? body : this.#watch(body);
  }

  async *#watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of chunks) {
        if (!(chunk instanceof Uint8Array))
          throw new TypeError(`Cannot put a body of ${typeof chunk}s: bytes are wanted.`);
        if (chunk.length > 0) yield chunk;
      }
    } catch (error) {
      this.failed = true;
      this.reason = error;
      throw error;
    }
  }
}
