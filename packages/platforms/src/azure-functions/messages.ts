// Messages of Service Bus, storage queues, Event Hubs and IoT Hub: their bytes, and what the host says of them.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { type FunctionEntry, toFunctionError } from "@faasade/core/adapter";
import { deterministicId } from "@faasade/core/cloudevents";
import { type Fields, fieldsOf, listOf, textOf, timeOf } from "../shared/fields.ts";
import { messageEvent, type ReceivedMessage } from "../shared/message-event.ts";
import type { FunctionApp } from "./function-app.ts";
import { attemptOf, type Decoded, type NativeEvent, type Unreadable } from "./native-event.ts";

/**
 * Of several, what cannot be read spoils no other.
 * @throws {FunctionError} for what is no message, or no event in the format of its source.
 */
export function decode(_: FunctionApp, { trigger }: FunctionEntry, native: NativeEvent): Decoded {
  if (trigger.kind !== "message") throw new TypeError("Cannot read the event: it is a message.");
  const { data, metadata } = native;
  const attempt = attemptOf(metadata["dequeueCount"] ?? metadata["deliveryCount"], native);
  const { source } = trigger;
  if (!Array.isArray(data)) return { attempt, events: [messageEvent(readMessage(data, metadata), source)] };
  if (data.length === 0) throw new FunctionError("invalid", "Cannot read the messages: there is none.");
  const events: CloudEvent[] = [];
  const unreadable: Unreadable[] = [];
  for (const [at, body] of data.entries()) {
    try {
      events.push(messageEvent(readMessage(body, oneOf(metadata, at)), source));
    } catch (thrown) {
      unreadable.push({ data: body, error: toFunctionError(thrown) });
    }
  }
  return { attempt, events, unreadable };
}

/** Of several messages the host tells in lists, side by side. */
function oneOf(metadata: Fields, at: number): Fields {
  const names = ["sequenceNumber", "enqueuedTimeUtc", "properties", "systemProperties", "offset"];
  const one = names.map((name) => [name, listOf(metadata[`${name}Array`])[at]] as const);
  return { partitionContext: metadata["partitionContext"], ...Object.fromEntries(one) };
}

function readMessage(data: unknown, metadata: Fields): ReceivedMessage {
  const body = typeof data === "string" ? Buffer.from(data, "utf8") : data;
  if (!(body instanceof Uint8Array))
    throw new FunctionError("invalid", 'Cannot read the message: its binding must have dataType "binary".');
  const { properties, applicationProperties, systemProperties } = metadata;
  const system = fieldsOf(systemProperties);
  const own = fieldsOf(applicationProperties ?? properties);
  // Which device it is of, an IoT hub says by what the device signed in as; the properties are the device's own words.
  const device = textOf(system["iothub-connection-device-id"]);
  const subject = device ?? textOf(own["key"]) ?? textOf(metadata["subject"]) ?? textOf(metadata["label"]);
  return {
    id: idOf(metadata),
    time: timeOf(metadata["insertionTime"] ?? metadata["enqueuedTimeUtc"]),
    body,
    contentType:
      textOf(metadata["contentType"]) ?? textOf(system["content-type"]) ?? textOf(own["content-type"]),
    ...(subject === undefined ? {} : { subject }),
  };
}

/**
 * The sender's or the queue's own id. The worker reads an id of digits as a number, which may be that of another message as well; then,
 * and where a message has none, it is what never changes: the place in the queue or partition.
 */
function idOf(metadata: Fields): string {
  const { id, messageId, systemProperties, partitionContext, sequenceNumber, enqueuedTimeUtc, offset } =
    metadata;
  const own = id ?? messageId ?? fieldsOf(systemProperties)["message-id"];
  if (typeof own === "string" && own !== "") return own;
  if (Number.isSafeInteger(own)) return String(own);
  const { partitionId, eventHubName } = fieldsOf(partitionContext);
  const place = [own, eventHubName, partitionId, sequenceNumber, enqueuedTimeUtc, offset];
  if (place.every((part) => part === undefined || part === null))
    throw new FunctionError(
      "invalid",
      "Cannot read the message: the host tells neither its id nor its place.",
    );
  return deterministicId(...place.map((part) => String(part ?? "")));
}
