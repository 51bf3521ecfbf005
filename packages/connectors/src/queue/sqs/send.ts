// Sends in as few requests as SQS allows: ten messages and 1 MiB each.
import { createHash } from "node:crypto";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { FunctionError } from "@faasade/core";
import type { OutgoingMessage } from "../driver.ts";
import type { SqsConnection } from "./connection.ts";
import { encodeBody, mostRequestBytes, type SqsBody, sizeOf } from "./message.ts";
import { describeTarget, type SqsTarget } from "./target.ts";

type Entry = SqsBody & Omit<SendMessageBatchRequestEntry, "Id" | keyof SqsBody>;

const mostInRequest = 10;
const mostDelaySeconds = 900;
const sendTries = 3;

/** @throws {FunctionError} for what this queue cannot carry. */
export function entryOf(target: SqsTarget, message: OutgoingMessage): Entry {
  const { id, delaySeconds = 0 } = message;
  if (delaySeconds > mostDelaySeconds)
    throw new FunctionError(
      "unsupported",
      `Cannot delay the message ${id} by ${delaySeconds} s: SQS delays by ${mostDelaySeconds} s at most. Start it by a schedule instead.`,
    );
  if (delaySeconds > 0 && target.isFifo)
    throw new FunctionError(
      "unsupported",
      `Cannot delay the message ${id}: a FIFO queue of SQS delays none by itself. Use a standard queue.`,
    );
  const delay = delaySeconds > 0 ? { DelaySeconds: Math.ceil(delaySeconds) } : {};
  return { ...encodeBody(message), ...delay, ...orderOf(target, id, id) };
}

/** What a FIFO queue wants to know beside; two with the same `once` are one for five minutes. */
export function orderOf(
  { isFifo, group }: Pick<SqsTarget, "isFifo" | "group">,
  id: string,
  once: string,
): Pick<Entry, "MessageGroupId" | "MessageDeduplicationId"> {
  if (!isFifo) return {};
  return { MessageGroupId: group === "queue" ? "all" : asToken(id), MessageDeduplicationId: asToken(once) };
}

/**
 * One request after the other. SQS answers for each message of a request by itself: what it did not take for reasons
 * of its own is sent again.
 * @throws {FunctionError} `unavailable`, saying how many were sent, when some could not be.
 */
export async function sendAll(
  connection: SqsConnection,
  target: SqsTarget,
  entries: readonly Entry[],
): Promise<void> {
  let sent = 0;
  for (const request of requestsOf(entries)) {
    const { left, reason } = await sendRequest(connection, request);
    sent += request.length - left;
    if (left === 0) continue;
    const what = `${entries.length - sent} of ${entries.length} messages to ${describeTarget(target)}`;
    throw new FunctionError("unavailable", `Cannot send ${what}: ${reason}. The others were sent.`);
  }
}

export function requestsOf(entries: readonly Entry[]): Entry[][] {
  const requests: Entry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = sizeOf(entry);
    const last = requests.at(-1);
    if (last !== undefined && last.length < mostInRequest && bytes + size <= mostRequestBytes) {
      last.push(entry);
      bytes += size;
    } else {
      requests.push([entry]);
      bytes = size;
    }
  }
  return requests;
}

async function sendRequest(
  { sdk, client, url }: SqsConnection,
  entries: readonly Entry[],
): Promise<{ readonly left: number; readonly reason: string }> {
  let left = entries.map((entry, place) => ({ ...entry, Id: String(place) }));
  let reason = "";
  for (let tries = 0; tries < sendTries && left.length > 0; tries += 1) {
    const { Failed = [] } = await client.send(
      new sdk.SendMessageBatchCommand({ QueueUrl: url, Entries: left }),
    );
    const failed = new Set(Failed.map(({ Id }) => Id));
    left = left.filter(({ Id }) => failed.has(Id));
    const [first] = Failed;
    reason = `${first?.Code}: ${first?.Message}`;
    // What is the sender's fault fails each time.
    if (Failed.some(({ SenderFault }) => SenderFault === true)) break;
  }
  return { left: left.length, reason };
}

/** As SQS takes ids of groups and of duplicates: 128 characters, letters, digits and punctuation. */
function asToken(text: string): string {
  return /^[\x21-\x7e]{1,128}$/.test(text) ? text : createHash("sha256").update(text).digest("hex");
}
