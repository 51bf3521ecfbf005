// The HTTP binding: binary, structured and batched messages, requests and responses alike.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md

import { isUriReference } from "./attribute-rules.ts";
import { attributesOf, coreNames, setAttribute, setContentType } from "./attributes.ts";
import { bodyOf, contentTypeOf, dataBytes } from "./data.ts";
import { DecodedEvent } from "./decoded-event.ts";
import type { CloudEvent } from "./event.ts";
import { decodeHeaderValue, encodeHeaderValue } from "./header-value.ts";
import { decodeBatch, decodeStructured } from "./json-format.ts";
import { type ContentMode, contentMode, requireJsonFormat } from "./media-type.ts";

/** Header names in any case. Pairs (a `Headers`, a `Map`) or a record (`request.headers` of node:http). */
export type HeaderSource =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, HeaderValue>>;

type HeaderValue = string | readonly string[] | undefined;

export interface HttpMessage {
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const prefix = "ce-";
// Spares the frequent names the slicing and the comparing letter by letter.
const frequentNames = [...coreNames, "traceparent", "tracestate", "partitionkey"];
const attributeNames = new Map(frequentNames.map((name) => [prefix + name, name]));

/** How a message carries an event, or undefined when nothing in its headers says that it does. */
export function httpContentMode(headers: HeaderSource): ContentMode | undefined {
  const mode = contentMode(firstHeader(headers, "content-type"));
  if (mode !== "binary") return mode;
  return firstHeader(headers, "ce-specversion") === undefined ? undefined : "binary";
}

/**
 * The event of a binary or structured message, or the events of a batch. An empty body is no data, unless
 * `Content-Type` says text or bytes: then it is an empty one. The body must not change afterwards.
 * @throws {CloudEventError} when the message carries no valid event.
 */
export function decodeHttp(headers: HeaderSource, body: Uint8Array): CloudEvent | CloudEvent[] {
  const contentType = firstHeader(headers, "content-type");
  const mode = contentMode(contentType);
  if (mode === "binary") return decodeBinary(headers, contentType, body);
  requireJsonFormat(contentType, mode);
  return mode === "structured" ? decodeStructured(body) : decodeBatch(body);
}

/** @throws {CloudEventError} when the event breaks a rule of the specification. */
export function encodeHttpBinary(event: CloudEvent): HttpMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of attributesOf(event)) {
    if (name !== "datacontenttype") headers[prefix + name] = encodeHeaderValue(String(value));
  }
  const contentType = contentTypeOf(event);
  if (contentType !== undefined) headers["content-type"] = contentType;
  return { headers, body: dataBytes(event) ?? new Uint8Array() };
}

function decodeBinary(headers: HeaderSource, contentType: string | undefined, body: Uint8Array): CloudEvent {
  const event = new DecodedEvent();
  setContentType(event, contentType);
  if (isIterable(headers)) {
    for (const [name, value] of headers) if (isPrefixed(name)) setFromHeader(event, name, value);
  } else {
    for (const name in headers) if (isPrefixed(name)) setFromHeader(event, name, headers[name]);
  }
  return event.takeBytes(bodyOf(body, contentType));
}

function setFromHeader(event: DecodedEvent, header: string, value: HeaderValue): void {
  const name = attributeNames.get(header) ?? header.slice(prefix.length).toLowerCase();
  if (typeof value === "string") setAttribute(event, name, decodeValue(name, value));
  else if (value !== undefined) for (const one of value) setFromHeader(event, header, one);
}

/** Many senders encode nothing, so that the `%20` of a URI comes as it is; decoded, it would be no URI any more. */
function decodeValue(name: string, value: string): string {
  const decoded = decodeHeaderValue(name, value);
  if (decoded === value || (name !== "source" && name !== "dataschema")) return decoded;
  return isUriReference(decoded) || !isUriReference(value) ? decoded : value;
}

function firstHeader(headers: HeaderSource, wanted: string): string | undefined {
  if (!isIterable(headers) && typeof headers[wanted] === "string") return headers[wanted];
  for (const [name, value] of isIterable(headers) ? headers : Object.entries(headers)) {
    if (name.length === wanted.length && name.toLowerCase() === wanted)
      return typeof value === "string" ? value : value?.[0];
  }
  return undefined;
}

function isIterable(headers: HeaderSource): headers is Iterable<readonly [string, string]> {
  return Symbol.iterator in headers;
}

function isPrefixed(name: string): boolean {
  return (
    name.charCodeAt(2) === 0x2d &&
    (name.charCodeAt(0) | 0x20) === 0x63 &&
    (name.charCodeAt(1) | 0x20) === 0x65
  );
}
