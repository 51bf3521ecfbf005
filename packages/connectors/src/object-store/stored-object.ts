// An object that was found: what is known of it, and its bytes, read once.
import { FunctionError } from "@faasade/core";
import type { ObjectContent, ObjectInfo } from "./driver.ts";
import { explain } from "./failure.ts";

const defaultMaxBytes = 64 * 1024 * 1024;

/** Closes what was got, never read and forgotten. */
const forgotten = new FinalizationRegistry<ObjectContent>(
  (content) => void content.discard().catch(() => {}),
);

/** Its bytes are read by one call; `await using object = …` frees at once what an unread one holds. */
export interface StoredObject extends AsyncDisposable {
  readonly info: ObjectInfo;
  /** The bytes in pieces, with back-pressure. @throws {FunctionError} `unavailable` when fewer came than were promised. */
  stream(): AsyncIterable<Uint8Array>;
  /** @throws {FunctionError} `too_large` for more than `maxBytes` (default 64 MiB), before anything is read. */
  bytes(options?: { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** @throws {FunctionError} `invalid` when it is not UTF-8; `too_large`. */
  text(): Promise<string>;
  /** @throws {FunctionError} `invalid` when it is not JSON; `too_large`. */
  json(): Promise<unknown>;
}

/** @param length how many bytes the body has, which is less than the object's size for a range */
export function storedObject(store: string, content: ObjectContent, length: number): StoredObject {
  const { info } = content;
  const name = `${JSON.stringify(info.key)} of ${store}`;
  let read = false;

  function open(): AsyncIterable<Uint8Array> {
    if (read) throw new TypeError(`Cannot read ${name} again: its bytes pass once. Get the object again.`);
    read = true;
    forgotten.unregister(content);
    return counted(content, length, name);
  }

  async function discard(): Promise<void> {
    if (read) return;
    read = true;
    forgotten.unregister(content);
    await content.discard();
  }

  async function bytes({
    maxBytes = defaultMaxBytes,
  }: {
    readonly maxBytes?: number;
  } = {}): Promise<Uint8Array> {
    if (length > maxBytes) {
      await discard();
      const message = `Cannot read ${name} into memory: it has ${length} bytes, the limit is ${maxBytes}. Use stream(), or raise maxBytes.`;
      throw new FunctionError("too_large", message);
    }
    const all = new Uint8Array(length);
    let filled = 0;
    for await (const chunk of open()) {
      all.set(chunk, filled);
      filled += chunk.length;
    }
    return all;
  }

  async function text(): Promise<string> {
    const all = await bytes();
    return orInvalid(`Cannot read ${name} as text`, () =>
      new TextDecoder("utf-8", { fatal: true }).decode(all),
    );
  }

  const object: StoredObject = {
    info,
    stream: open,
    bytes,
    text,
    async json() {
      const json = await text();
      return orInvalid(`Cannot read ${name} as JSON`, () => JSON.parse(json) as unknown);
    },
    [Symbol.asyncDispose]: discard,
  };
  forgotten.register(object, content, content);
  return object;
}

/** The body, checked to have as many bytes as the store promised. */
async function* counted(content: ObjectContent, length: number, name: string): AsyncGenerator<Uint8Array> {
  let left = length;
  try {
    for await (const chunk of content.body) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
  } catch (thrown) {
    throw explain(`read ${name}`, thrown);
  }
  if (left !== 0) {
    const got = left < 0 ? "more" : `only ${length - left}`;
    throw new FunctionError("unavailable", `Cannot read ${name}: of ${length} bytes ${got} came.`);
  }
}

function orInvalid<Result>(what: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (cause) {
    throw new FunctionError("invalid", `${what}: ${(cause as Error).message}`, { cause });
  }
}
