// The MQTT binding: binary and structured messages in MQTT 5, structured JSON in MQTT 3.1.1.
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/mqtt-protocol-binding.md

import { isAttributeName } from "./attribute-rules.ts";
import { attributesOf, setAttribute, setContentType } from "./attributes.ts";
import { utf8Bytes } from "./bytes.ts";
import { bodyOf, contentTypeOf, dataBytes } from "./data.ts";
import { DecodedEvent } from "./decoded-event.ts";
import type { CloudEvent } from "./event.ts";
import { decodeStructured, encodeStructured } from "./json-format.ts";
import { contentMode, requireJsonFormat } from "./media-type.ts";

/** A PUBLISH as MQTT clients deliver it; `properties` exist in MQTT 5 only. */
export interface MqttPublish {
  readonly payload: Uint8Array | string;
  readonly properties?:
    | {
        readonly contentType?: string | undefined;
        readonly userProperties?: Readonly<Record<string, string | readonly string[]>> | undefined;
      }
    | undefined;
}

export interface Mqtt5Message {
  readonly payload: Uint8Array;
  readonly properties: { readonly contentType?: string; readonly userProperties: Record<string, string> };
}

/**
 * The event of a PUBLISH. Without properties it must be structured JSON. User properties that no attribute could be
 * called (`correlation-id`) belong to someone else and are left out. An empty payload counts as in HTTP.
 * @throws {CloudEventError} when the message carries no valid event; MQTT knows no batches.
 */
export function decodeMqtt({ payload, properties }: MqttPublish): CloudEvent {
  const contentType = properties?.contentType;
  if (properties === undefined) return decodeStructured(payload);
  if (contentMode(contentType) !== "binary") {
    requireJsonFormat(contentType, "structured");
    return decodeStructured(payload);
  }
  const event = new DecodedEvent();
  for (const [name, value] of Object.entries(properties.userProperties ?? {})) {
    if (!isAttributeName(name)) continue;
    for (const one of typeof value === "string" ? [value] : value) setAttribute(event, name, one);
  }
  // The specification's own example repeats datacontenttype among the user properties.
  setContentType(event, contentType);
  const bytes = typeof payload === "string" ? utf8Bytes(payload) : payload;
  return event.takeBytes(bodyOf(bytes, event.datacontenttype));
}

/** A binary MQTT 5 message. For MQTT 3.1.1 publish the body of `encodeStructured`. */
export function encodeMqtt5(event: CloudEvent): Mqtt5Message {
  const userProperties: Record<string, string> = {};
  for (const [name, value] of attributesOf(event)) {
    if (name !== "datacontenttype") userProperties[name] = String(value);
  }
  const contentType = contentTypeOf(event);
  return {
    payload: dataBytes(event) ?? new Uint8Array(),
    properties: contentType === undefined ? { userProperties } : { contentType, userProperties },
  };
}

/** A structured MQTT 5 message. */
export function encodeMqtt5Structured(event: CloudEvent): Mqtt5Message {
  const { contentType, body } = encodeStructured(event);
  return { payload: utf8Bytes(body), properties: { contentType, userProperties: {} } };
}
