// The JSON event format: one document for an event, one array for a batch.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md

import { attributesOf, setAttribute } from "./attributes.ts";
import { fromBase64, toBase64, utf8Bytes, utf8Text } from "./bytes.ts";
import { encodeText } from "./data.ts";
import { DecodedEvent, parseJson } from "./decoded-event.ts";
import { CloudEventError, describe, kindOf } from "./error.ts";
import type { CloudEvent } from "./event.ts";
import { batchType, dataKind, structuredType } from "./media-type.ts";

export interface StructuredMessage {
  readonly contentType: string;
  /** One line of JSON. */
  readonly body: string;
}

/**
 * The event as one JSON document. JSON data keeps its digits as they arrived; bytes, and received JSON that turns
 * out to be none, travel as `data_base64`.
 * @throws {CloudEventError} when the event breaks a rule of the specification.
 */
export function encodeStructured(event: CloudEvent): StructuredMessage {
  return { contentType: `${structuredType}; charset=utf-8`, body: encodeDocument(event) };
}

/** The events as one JSON array, possibly empty. HTTP allows it only where the receiver asked for batches. */
export function encodeBatch(events: Iterable<CloudEvent>): StructuredMessage {
  const documents = Array.from(events, encodeDocument);
  return { contentType: `${batchType}; charset=utf-8`, body: `[${documents.join(",")}]` };
}

/** @throws {CloudEventError} when the body is not JSON or the event breaks a rule of the specification. */
export function decodeStructured(body: Uint8Array | string): CloudEvent {
  return decodeDocument(parseBody(body));
}

/** @throws {CloudEventError} naming the first event at fault by its place, counted from 0; none is returned then. */
export function decodeBatch(body: Uint8Array | string): CloudEvent[] {
  const documents = parseBody(body);
  if (!Array.isArray(documents)) {
    throw new CloudEventError(undefined, `found ${kindOf(documents)}, expected a JSON array of events.`);
  }
  return documents.map((document, place) => {
    try {
      return decodeDocument(document);
    } catch (error) {
      if (!(error instanceof CloudEventError)) throw error;
      throw new CloudEventError(
        error.attribute,
        `${error.problem} It is event ${place} of the batch, from 0.`,
      );
    }
  });
}

function parseBody(body: Uint8Array | string): unknown {
  const text = typeof body === "string" ? body : utf8Text(body);
  if (text === undefined)
    throw new CloudEventError(undefined, "found bytes that are not UTF-8, expected JSON.");
  return parseJson(undefined, text);
}

function decodeDocument(document: unknown): CloudEvent {
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw new CloudEventError(undefined, `found ${kindOf(document)}, expected a JSON object.`);
  }
  const event = new DecodedEvent();
  let data: unknown;
  let base64: unknown;
  for (const [name, value] of Object.entries(document)) {
    if (name === "data") data = value;
    else if (name === "data_base64") base64 = value ?? undefined;
    else if (value !== null) setAttribute(event, name, value);
  }
  if (base64 === undefined) return takeData(event, data);
  if (data !== undefined)
    throw new CloudEventError("data", "found both data and data_base64, expected one of them.");
  const bytes = typeof base64 === "string" ? fromBase64(base64) : undefined;
  if (bytes === undefined)
    throw new CloudEventError("data", "found a data_base64 that is not base64 (RFC 4648).");
  return event.takeBytes(bytes);
}

function takeData(event: DecodedEvent, data: unknown): CloudEvent {
  const contentType = event.datacontenttype;
  const kind = contentType === undefined ? "json" : dataKind(contentType);
  if (data === undefined || kind === "json") return event.takeValue(data);
  if (typeof data !== "string") {
    throw new CloudEventError(
      "data",
      `found ${kindOf(data)}, expected a string for ${describe(contentType)}.`,
    );
  }
  return kind === "text" ? event.takeValue(data) : event.takeBytes(utf8Bytes(data));
}

function encodeDocument(event: CloudEvent): string {
  const head = JSON.stringify(Object.fromEntries(attributesOf(event))).slice(0, -1);
  const received = DecodedEvent.bytesOf(event);
  const json = received && receivedJson(event, received);
  if (json !== undefined) return `${head},"data":${json}}`;
  const bytes = received ?? (event.data instanceof Uint8Array ? event.data : undefined);
  if (bytes !== undefined) return `${head},"data_base64":"${toBase64(bytes)}"}`;
  if (event.data === undefined) return `${head}}`;
  const text = encodeText(event);
  return `${head},"data":${isJson(event) ? text : JSON.stringify(text)}}`;
}

/** The text that arrived, on one line, once it is known to be JSON: parsing is what makes it safe to paste. */
function receivedJson(event: CloudEvent, bytes: Uint8Array): string | undefined {
  if (event.datacontenttype === undefined || !isJson(event) || !isReadable(event)) return undefined;
  // Inside a JSON string line breaks are escaped, so these are only white space between tokens.
  return utf8Text(bytes)?.replaceAll(/^\uFEFF|[\r\n]/g, "");
}

function isReadable(event: CloudEvent): boolean {
  try {
    return event.data !== undefined;
  } catch (error) {
    if (error instanceof CloudEventError) return false;
    throw error;
  }
}

function isJson(event: CloudEvent): boolean {
  return event.datacontenttype === undefined || dataKind(event.datacontenttype) === "json";
}
