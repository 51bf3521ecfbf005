// An event that arrived: attributes at once, data when first read.

import { type Draft, noExtensions, requireComplete } from "./attributes.ts";
import { plainBytes, utf8Text } from "./bytes.ts";
import { CloudEventError } from "./error.ts";
import type { CloudEvent } from "./event.ts";
import { dataKind } from "./media-type.ts";

const unread = Symbol("unread");
let lazyData: PropertyDescriptor;

/** Created empty, filled through `setAttribute`, handed out by `takeBytes` or `takeValue`. */
export class DecodedEvent implements Draft {
  specversion: "1.0" | undefined = undefined;
  id: string | undefined = undefined;
  source: string | undefined = undefined;
  type: string | undefined = undefined;
  subject: string | undefined = undefined;
  time: string | undefined = undefined;
  datacontenttype: string | undefined = undefined;
  dataschema: string | undefined = undefined;
  extensions = noExtensions;
  declare readonly data: unknown;
  #bytes: Uint8Array | undefined = undefined;
  #value: unknown = undefined;

  static {
    // An own, enumerable accessor, so that spreading, cloning and printing an event keep its data. One for all
    // events: with a getter each, every event would have a hidden class of its own.
    lazyData = {
      enumerable: true,
      get(this: DecodedEvent) {
        if (this.#value === unread) this.#value = readData(this.#bytes, this.datacontenttype);
        return this.#value;
      },
    };
  }

  constructor() {
    Object.defineProperty(this, "data", lazyData);
  }

  /** Ends with data that arrived as bytes, which must not change afterwards; undefined is none. */
  takeBytes(bytes: Uint8Array | undefined): CloudEvent {
    requireComplete(this);
    this.#bytes = bytes;
    if (bytes !== undefined) this.#value = unread;
    return this;
  }

  /** Ends with data that arrived as a JSON value or text. */
  takeValue(value: unknown): CloudEvent {
    requireComplete(this);
    this.#value = value;
    return this;
  }

  /** The bytes the data of this event arrived as, if it did. */
  static bytesOf(event: CloudEvent): Uint8Array | undefined {
    return #bytes in event && event.#bytes !== undefined ? plainBytes(event.#bytes) : undefined;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return { ...this };
  }
}

function readData(bytes: Uint8Array | undefined, contentType: string | undefined): unknown {
  if (bytes === undefined) return undefined;
  const kind = contentType === undefined ? "bytes" : dataKind(contentType);
  if (kind === "bytes") return plainBytes(bytes);
  const text = utf8Text(bytes);
  if (text === undefined)
    throw new CloudEventError("data", `found bytes that are not UTF-8, expected ${contentType}.`);
  return kind === "text" ? text : parseJson("data", text);
}

/** @throws {CloudEventError} saying where the text stops being JSON, without showing any of it. */
export function parseJson(attribute: string | undefined, text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    const position = /at position \d+/.exec(String(error))?.[0];
    throw new CloudEventError(
      attribute,
      `found text that is not JSON${position ? ` ${position}` : ""}, expected JSON.`,
    );
  }
}
