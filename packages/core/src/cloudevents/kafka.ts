// The Kafka binding: binary and structured records.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md

import { attributesOf, setAttribute, setContentType } from "./attributes.ts";
import { utf8Bytes, utf8Text } from "./bytes.ts";
import { contentTypeOf, dataBytes } from "./data.ts";
import { DecodedEvent } from "./decoded-event.ts";
import { CloudEventError } from "./error.ts";
import type { CloudEvent } from "./event.ts";
import { decodeStructured, encodeStructured } from "./json-format.ts";
import { contentMode, requireJsonFormat } from "./media-type.ts";

type HeaderValue = Uint8Array | string | null | undefined;

/** A record as Kafka clients deliver it. */
export interface KafkaRecord {
  readonly value: Uint8Array | string | null | undefined;
  readonly headers?: Readonly<Record<string, HeaderValue | readonly HeaderValue[]>> | undefined;
}

/** A record to produce. `key` is the extension `partitionkey`, where the event has it. */
export interface KafkaMessage {
  readonly key: string | null;
  readonly value: Uint8Array | null;
  readonly headers: Record<string, string>;
}

/**
 * The event of a binary or structured record. A null value is no data; the record's key is left alone.
 * @throws {CloudEventError} when the record carries no valid event; Kafka knows no batches.
 */
export function decodeKafka({ value, headers = {} }: KafkaRecord): CloudEvent {
  const contentType = textsOf("datacontenttype", headers["content-type"])[0];
  const body = typeof value === "string" ? utf8Bytes(value) : (value ?? undefined);
  if (contentMode(contentType) !== "binary") {
    requireJsonFormat(contentType, "structured");
    return decodeStructured(body ?? "");
  }
  const event = new DecodedEvent();
  for (const header of Object.keys(headers)) {
    if (!header.startsWith("ce_")) continue;
    const name = header.slice(3);
    for (const text of textsOf(name, headers[header])) setAttribute(event, name, text);
  }
  // Some producers send ce_datacontenttype as well; the record's own header is the binding's word.
  setContentType(event, contentType);
  return event.takeBytes(body);
}

/** A binary record. Without data its value is null: a tombstone where the topic is compacted. */
export function encodeKafka(event: CloudEvent): KafkaMessage {
  const headers: Record<string, string> = {};
  for (const [name, value] of attributesOf(event)) {
    if (name !== "datacontenttype") headers[`ce_${name}`] = String(value);
  }
  const contentType = contentTypeOf(event);
  if (contentType !== undefined) headers["content-type"] = contentType;
  return { key: keyOf(event), value: dataBytes(event) ?? null, headers };
}

/** A structured record, never a tombstone. */
export function encodeKafkaStructured(event: CloudEvent): KafkaMessage {
  const { contentType, body } = encodeStructured(event);
  return { key: keyOf(event), value: utf8Bytes(body), headers: { "content-type": contentType } };
}

function keyOf(event: CloudEvent): string | null {
  const key = event.extensions.partitionkey;
  return typeof key === "string" ? key : null;
}

/** The values of one header as text; null, which Kafka allows, is none. */
function textsOf(attribute: string, value: HeaderValue | readonly HeaderValue[]): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value === "string") return [value];
  if (!(value instanceof Uint8Array)) return value.flatMap((one) => textsOf(attribute, one));
  const text = utf8Text(value);
  if (text === undefined)
    throw new CloudEventError(attribute, "found bytes that are not UTF-8, expected text.");
  return [text];
}
