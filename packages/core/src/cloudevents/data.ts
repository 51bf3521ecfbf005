// The data of an event as bytes, for the bindings that send it beside the attributes.

import { plainBytes, utf8Bytes } from "./bytes.ts";
import { DecodedEvent } from "./decoded-event.ts";
import { CloudEventError, kindOf } from "./error.ts";
import type { CloudEvent } from "./event.ts";
import { dataKind, impliedType } from "./media-type.ts";

/**
 * The data as it goes on the wire: exactly the bytes that arrived for a decoded event, otherwise `data` encoded as
 * `datacontenttype` says. Undefined when the event has none.
 * @throws {CloudEventError} when `data` cannot be encoded as `datacontenttype`.
 */
export function dataBytes(event: CloudEvent): Uint8Array | undefined {
  const received = DecodedEvent.bytesOf(event);
  if (received !== undefined) return received;
  const { data } = event;
  if (data === undefined) return undefined;
  return data instanceof Uint8Array ? plainBytes(data) : utf8Bytes(encodeText(event));
}

/** `datacontenttype`, or the JSON it stands for when it is absent and the data is no bytes. */
export function contentTypeOf(event: CloudEvent): string | undefined {
  if (event.datacontenttype !== undefined) return event.datacontenttype;
  if (DecodedEvent.bytesOf(event) !== undefined) return undefined;
  return event.data === undefined || event.data instanceof Uint8Array ? undefined : impliedType;
}

/**
 * The data of a message that always has a body: an empty one is no data, unless its type says text or bytes.
 */
export function bodyOf(body: Uint8Array, contentType: string | undefined): Uint8Array | undefined {
  if (body.length > 0) return body;
  return contentType === undefined || dataKind(contentType) === "json" ? undefined : body;
}

/** Data that is a value, no bytes, as the text its media type asks for. */
export function encodeText(event: CloudEvent): string {
  const { data, datacontenttype = impliedType } = event;
  const kind = dataKind(datacontenttype);
  if (kind === "json") return stringify(data);
  if (typeof data !== "string") {
    throw new CloudEventError(
      "data",
      `found ${kindOf(data)}, expected a string or bytes for ${datacontenttype}.`,
    );
  }
  if (kind === "bytes" && datacontenttype.toLowerCase().startsWith("text/")) {
    throw new CloudEventError(
      "data",
      `found a string, expected bytes: only UTF-8 is encoded here, not ${datacontenttype}.`,
    );
  }
  return data;
}

function stringify(data: unknown): string {
  let text: string | undefined;
  let reason = "";
  try {
    text = JSON.stringify(data);
  } catch (error) {
    reason = ` (${String(error).split("\n", 1)[0]})`;
  }
  if (text !== undefined) return text;
  throw new CloudEventError(
    "data",
    `found ${kindOf(data)} that JSON cannot hold${reason}, expected a JSON value.`,
  );
}
