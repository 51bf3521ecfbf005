// A message as it travels through a topic.
import { encodeStructured } from "@faasade/core/cloudevents";
import type { OutgoingMessage } from "./driver.ts";

export type MessageFormat = "cloudevents" | "raw";

export interface MessageContext {
  readonly id: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly traceparent: string;
  readonly key: string | undefined;
}

/** `raw` is bare data, whose event is made where it arrives; else a CloudEvent in structured JSON. */
export function encodeMessage(
  { name, format }: { readonly name: string; readonly format: MessageFormat },
  data: unknown,
  context: MessageContext,
): OutgoingMessage {
  const { id, now, traceparent, key } = context;
  const about = key === undefined ? {} : { key };
  if (format === "raw") return { id, ...about, ...encodeBare(data) };
  const { body, contentType } = encodeStructured({
    specversion: "1.0",
    id,
    source: `/${name}`,
    type: "dev.faasade.message",
    time: new Date(now).toISOString(),
    ...(key === undefined ? {} : { subject: key }),
    datacontenttype: data instanceof Uint8Array ? "application/octet-stream" : "application/json",
    data,
    extensions: { traceparent },
  });
  return { id, ...about, body: Buffer.from(body, "utf8"), contentType };
}

function encodeBare(data: unknown): Pick<OutgoingMessage, "body" | "contentType"> {
  if (data instanceof Uint8Array) return { body: data, contentType: "application/octet-stream" };
  if (typeof data === "string")
    return { body: Buffer.from(data, "utf8"), contentType: "text/plain; charset=utf-8" };
  return { body: Buffer.from(JSON.stringify(data) ?? "null", "utf8"), contentType: "application/json" };
}
