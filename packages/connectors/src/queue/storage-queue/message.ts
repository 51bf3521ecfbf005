// A message as Azure Storage carries it: base64 of its bytes and nothing beside, as the host of Azure Functions expects.
import type { DequeuedMessageItem } from "@azure/storage-queue";
import { FunctionError } from "@faasade/core";
import type { DeadLetter, OutgoingMessage, ReceivedMessage } from "../driver.ts";

/** A message has 64 KiB as base64. */
const mostBytes = 48 * 1024;
/** Kept free, so that whatever was sent can be buried with its reason. */
const spareBytes = 4 * 1024;
const longestReason = 1_000;
const eventType = "application/cloudevents+json; charset=utf-8";
/** How a dead letter begins that was buried here: a line of JSON follows, then the message. */
const mark = "faasade-dead-letter ";

/** @throws {FunctionError} `too_large` */
export function encodeBody({ id, body }: OutgoingMessage): string {
  const most = mostBytes - spareBytes;
  if (body.length <= most) return Buffer.from(body).toString("base64");
  throw new FunctionError(
    "too_large",
    `Cannot send the message ${id}: it has ${body.length} bytes, and ${most} are allowed. Put the data into a store and send its key.`,
  );
}

export function decodeMessage(item: DequeuedMessageItem): Omit<ReceivedMessage, "receipt"> {
  const body = Buffer.from(item.messageText, "base64");
  return {
    ...describe(body, item.messageId),
    body,
    attempt: item.dequeueCount,
    sentAt: item.insertedOn.getTime(),
  };
}

/** @param deadAt epoch milliseconds */
export function encodeLetter(item: DequeuedMessageItem, reason: string, deadAt: number): string {
  const cut = reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
  const { id, attempt: attempts, sentAt, body } = decodeMessage(item);
  const head = `${mark}${JSON.stringify({ id, reason: cut.toWellFormed(), attempts, sentAt, deadAt })}\n`;
  return Buffer.concat([Buffer.from(head), body]).toString("base64");
}

/** Of those that the host moved there nobody said when, why and after how many attempts. */
export function decodeLetter(item: DequeuedMessageItem): DeadLetter {
  const whole = Buffer.from(item.messageText, "base64");
  const end = whole.indexOf("\n");
  if (end < 0 || !whole.subarray(0, mark.length).equals(Buffer.from(mark))) {
    const { id, body, contentType, sentAt } = decodeMessage(item);
    const reason = "Azure Functions gave it up";
    return { id, body, contentType, attempts: 0, reason, sentAt, deadAt: sentAt };
  }
  const head = JSON.parse(whole.subarray(mark.length, end).toString()) as Omit<
    DeadLetter,
    "body" | "contentType"
  >;
  const body = whole.subarray(end + 1);
  return { ...head, body, contentType: describe(body, head.id).contentType };
}

/** What the bytes say of themselves: an event has an id, everything else that of the queue. */
function describe(body: Buffer, id: string): Pick<ReceivedMessage, "id" | "contentType"> {
  if (!process.getBuiltinModule("node:buffer").isUtf8(body))
    return { id, contentType: "application/octet-stream" };
  try {
    const value = JSON.parse(body.toString()) as {
      readonly specversion?: unknown;
      readonly id?: unknown;
    } | null;
    if (typeof value?.specversion === "string" && typeof value.id === "string")
      return { id: value.id, contentType: eventType };
    return { id, contentType: "application/json" };
  } catch {
    return { id, contentType: "text/plain; charset=utf-8" };
  }
}
