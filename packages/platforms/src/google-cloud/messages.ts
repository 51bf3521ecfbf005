// Messages of Pub/Sub: pushed in an envelope of JSON, by Eventarc, or bare with their metadata as header fields.
import { type CloudEvent, FunctionError } from "@faasade/core";
import { fieldsOf, textOf, timeOf } from "../shared/fields.ts";
import { messageEvent } from "../shared/message-event.ts";
import {
  type Delivered,
  type EntryOf,
  isCloudEvent,
  type Posted,
  parseJson,
  type Reading,
  readCloudEvent,
} from "./delivered.ts";

const publishedType = "google.cloud.pubsub.topic.v1.messagePublished";
/** https://cloud.google.com/pubsub/docs/payload-unwrapping */
const idField = "x-goog-pubsub-message-id";
const timeField = "x-goog-pubsub-publish-time";

/** @throws {FunctionError} for what is no message, or none in the format that its source has. */
export function readMessage(_: Reading, { trigger }: EntryOf<"message">, posted: Posted): Delivered {
  const { source } = trigger;
  const id = posted.headers.get(idField);
  if (id !== null) return { event: readBare(id, source, posted) };
  if (!isCloudEvent(posted)) return readEnvelope(parseJson(posted.body), source);
  const event = readCloudEvent(posted);
  return event.type === publishedType ? readEnvelope(event.data, source) : { event };
}

type Source = EntryOf<"message">["trigger"]["source"];

/** https://cloud.google.com/pubsub/docs/push, and the same within the event of Eventarc. */
function readEnvelope(envelope: unknown, source: Source): Delivered {
  const { message, deliveryAttempt } = fieldsOf(envelope);
  const { messageId, publishTime, data, attributes } = fieldsOf(message);
  const id = textOf(messageId);
  if (id === undefined || (data !== undefined && typeof data !== "string"))
    throw new FunctionError(
      "invalid",
      "Cannot read the Pub/Sub message: it has no messageId, or data that is no text.",
    );
  const subject = attributeOf(attributes, "key");
  const event = messageEvent(
    {
      id,
      time: saidTime(publishTime),
      body: Buffer.from(data ?? "", "base64"),
      contentType: attributeOf(attributes, "content-type"),
      ...(subject === undefined ? {} : { subject }),
    },
    source,
  );
  return { event, ...(isAttempt(deliveryAttempt) ? { attempt: deliveryAttempt } : {}) };
}

/** Bare, its attributes are header fields. How often it was delivered is not among them. */
function readBare(id: string, source: Source, { headers, body }: Posted): CloudEvent {
  const contentType = textOf(headers.get("content-type"));
  const subject = textOf(headers.get("key"));
  const about = subject === undefined ? {} : { subject };
  return messageEvent({ id, time: saidTime(headers.get(timeField)), body, contentType, ...about }, source);
}

/** Names of attributes are the sender's, in whatever case. */
function attributeOf(attributes: unknown, wanted: string): string | undefined {
  const named = Object.entries(fieldsOf(attributes)).find(([name]) => name.toLowerCase() === wanted);
  return textOf(named?.[1]);
}

function saidTime(value: unknown): string | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : timeOf(text);
}

/** Counted only for a subscription with a dead letter topic. */
function isAttempt(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
