// A message as SQS carries it: text, and attributes for what no text can say.
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import { FunctionError } from "@faasade/core";
import type { OutgoingMessage, ReceivedMessage } from "../driver.ts";

export type Attributes = Record<string, MessageAttributeValue>;

export interface SqsBody {
  readonly MessageBody: string;
  readonly MessageAttributes: Attributes;
}

/** What SQS takes in one message and in one request: @aws-sdk/client-sqs, SendMessageBatchCommand. */
export const mostRequestBytes = 1_048_576;
/** Kept free, so that whatever was sent can be buried with its reason. */
const spareBytes = 8_192;
const longestReason = 2_000;

/** Of XML 1.0, which is what SQS takes: https://www.w3.org/TR/REC-xml/#charsets */
const forbidden = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/**
 * UTF-8 travels as it is, everything else as base64, and an attribute says so.
 * @throws {FunctionError} `too_large`, or `invalid` for an id that SQS cannot carry.
 */
export function encodeBody({ body, contentType, id }: OutgoingMessage): SqsBody {
  if (id === "" || forbidden.test(id))
    throw new FunctionError(
      "invalid",
      `Cannot send the message ${JSON.stringify(id)}: SQS cannot carry its id.`,
    );
  const text = asText(body);
  const encoded: SqsBody = {
    // An empty body is refused; base64 of nothing but padding is empty.
    MessageBody: text ?? (Buffer.from(body).toString("base64") || "="),
    MessageAttributes: {
      id: textAttribute(id),
      "content-type": textAttribute(contentType),
      ...(text === undefined ? { "content-transfer-encoding": textAttribute("base64") } : {}),
    },
  };
  const most = mostRequestBytes - spareBytes;
  const bytes = sizeOf(encoded);
  if (bytes > most)
    throw new FunctionError(
      "too_large",
      `Cannot send the message ${id}: it has ${bytes} bytes as SQS counts them, and ${most} are allowed. Put the data into a store and send its key.`,
    );
  return encoded;
}

export function decodeMessage(message: Message): ReceivedMessage {
  const { MessageId = "", ReceiptHandle = "", Attributes, MessageAttributes } = message;
  return {
    receipt: ReceiptHandle,
    id: textOf(MessageAttributes, "id") ?? MessageId,
    body: decodeBody(message),
    contentType: textOf(MessageAttributes, "content-type") ?? "text/plain; charset=utf-8",
    attempt: Math.max(1, Number(Attributes?.ApproximateReceiveCount ?? 1)),
    sentAt: Number(Attributes?.SentTimestamp ?? 0),
  };
}

/** As SQS counts: the body, and of each attribute its name, type and value. */
export function sizeOf({ MessageBody, MessageAttributes }: SqsBody): number {
  const attributes = Object.entries(MessageAttributes).map(
    ([name, { DataType = "", StringValue = "" }]) =>
      Buffer.byteLength(name) + Buffer.byteLength(DataType) + Buffer.byteLength(StringValue),
  );
  return attributes.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(MessageBody));
}

export function textAttribute(value: string): MessageAttributeValue {
  return { DataType: "String", StringValue: value };
}

export function textOf(attributes: Attributes | undefined, name: string): string | undefined {
  return attributes?.[name]?.StringValue;
}

/** A reason as an attribute may hold it. */
export function asReason(reason: string): string {
  const cut = reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
  return cut.toWellFormed().replaceAll(new RegExp(forbidden, "gu"), "\ufffd") || "no reason was given";
}

function decodeBody({ Body = "", MessageAttributes }: Message): Uint8Array {
  const encoding = textOf(MessageAttributes, "content-transfer-encoding") === "base64" ? "base64" : "utf8";
  return Buffer.from(Body, encoding);
}

function asText(body: Uint8Array): string | undefined {
  if (body.length === 0) return undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    return forbidden.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
