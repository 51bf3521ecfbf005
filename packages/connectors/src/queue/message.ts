// A message as it travels, and the event it is when it arrives.
import type { CloudEvent } from "@faasade/core";
import { decodeHttp, decodeStructured, encodeHttpBinary, encodeStructured } from "@faasade/core/cloudevents";
import type { OutgoingMessage, ReceivedMessage } from "./driver.ts";

export type MessageFormat = "cloudevents" | "raw";

interface Source {
  readonly name: string;
  readonly format: MessageFormat;
}

const eventType = "dev.faasade.message";

export function encodeMessage(
  source: Source,
  data: unknown,
  context: { readonly id: string; readonly now: number; readonly traceparent: string },
): Pick<OutgoingMessage, "body" | "contentType"> {
  if (source.format === "raw") return encodeBare(data);
  const { id, now, traceparent } = context;
  const isBytes = data instanceof Uint8Array;
  const { body, contentType } = encodeStructured({
    ...attributesOf(source, id, now),
    datacontenttype: isBytes ? "application/octet-stream" : "application/json",
    data,
    extensions: { traceparent },
  });
  return { body: Buffer.from(body, "utf8"), contentType };
}

/**
 * The event of a message. A bare one gets attributes that are the same at each delivery: the queue's id and name, and
 * when it was sent.
 * @throws {CloudEventError} when the body is no CloudEvent; it will be none the next time either.
 */
export function decodeMessage(received: ReceivedMessage, source: Source): CloudEvent {
  const { body, contentType } = received;
  if (source.format !== "raw") return decodeStructured(body);
  const attributes = attributesOf(source, received.id, received.sentAt);
  const { headers } = encodeHttpBinary({ ...attributes, data: undefined, extensions: {} });
  return decodeHttp({ ...headers, "content-type": bareType(contentType) }, body) as CloudEvent;
}

function attributesOf({ name }: Source, id: string, time: number) {
  return {
    specversion: "1.0",
    id,
    source: `/${name}`,
    type: eventType,
    time: new Date(time).toISOString(),
  } as const;
}

function encodeBare(data: unknown): Pick<OutgoingMessage, "body" | "contentType"> {
  if (data instanceof Uint8Array) return { body: data, contentType: "application/octet-stream" };
  if (typeof data === "string")
    return { body: Buffer.from(data, "utf8"), contentType: "text/plain; charset=utf-8" };
  return { body: Buffer.from(JSON.stringify(data) ?? "null", "utf8"), contentType: "application/json" };
}

/** A bare message is never read as an event, whatever its sender calls it. */
function bareType(contentType: string): string {
  return /^\s*application\/cloudevents/i.test(contentType) ? "application/json" : contentType;
}
