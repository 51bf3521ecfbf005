// Dead letters of SQS: messages of the queue that the redrive policy names, with attributes that say why.
import type { Message } from "@aws-sdk/client-sqs";
import { FunctionError } from "@faasade/core";
import type { DeadLetterQueue, Taken } from "../dead-letter-queue.ts";
import type { DeadLetter } from "../driver.ts";
import type { Redrive, SqsConnection } from "./connection.ts";
import { type Attributes, asReason, decodeMessage, textAttribute, textOf } from "./message.ts";
import { count } from "./requests.ts";
import { orderOf } from "./send.ts";
import { describeTarget, type SqsTarget } from "./target.ts";

/** What this driver adds to a message that it buries. */
const added = {
  reason: "faasade-reason",
  attempts: "faasade-attempts",
  sentAt: "faasade-sent-at",
  deadAt: "faasade-dead-at",
} as const;

/** A message of SQS has ten at most. */
const mostAttributes = 10;
const takenSeconds = 60;

/** @throws {FunctionError} `unsupported` for a queue without a redrive policy. */
export async function redriveOf({ redrive }: SqsConnection, target: SqsTarget): Promise<Redrive> {
  const policy = await redrive();
  if (policy !== undefined) return policy;
  throw new FunctionError(
    "unsupported",
    `Cannot reach the dead letters of ${describeTarget(target)}: it has no redrive policy. Give it one, with a dead letter queue.`,
  );
}

/** Puts a copy into the dead letter queue; the message itself is to be deleted afterwards. */
export async function sendDeadLetter(
  connection: SqsConnection,
  target: SqsTarget,
  message: Message,
  { reason, deadAt }: { readonly reason: string; readonly deadAt: number },
): Promise<void> {
  const { id, attempt, sentAt } = decodeMessage(message);
  const own: Attributes = {
    [added.reason]: textAttribute(asReason(reason)),
    [added.attempts]: textAttribute(String(attempt)),
    [added.sentAt]: textAttribute(String(sentAt)),
    [added.deadAt]: textAttribute(String(deadAt)),
    id: textAttribute(id),
  };
  const others = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => !(name in own));
  const { sdk, client } = connection;
  const { url } = await redriveOf(connection, target);
  const command = new sdk.SendMessageCommand({
    QueueUrl: url,
    MessageBody: message.Body,
    MessageAttributes: { ...own, ...Object.fromEntries(others.slice(0, mostAttributes - 5)) },
    // Buried again after an answer was lost, it is still one; buried in a later life, it is another.
    ...orderOf(target, id, `${message.MessageId} ${attempt}`),
  });
  await client.send(command);
}

/** Sends a dead letter back to its queue, then deletes it: between the two it is in both. */
export async function sendBack(
  connection: SqsConnection,
  target: SqsTarget,
  message: Message,
): Promise<void> {
  const { sdk, client, url } = connection;
  const { id, receipt } = decodeMessage(message);
  const names: readonly string[] = Object.values(added);
  const attributes = Object.entries(message.MessageAttributes ?? {}).filter(
    ([name]) => !names.includes(name),
  );
  const command = new sdk.SendMessageCommand({
    QueueUrl: url,
    MessageBody: message.Body,
    MessageAttributes: Object.fromEntries(attributes),
    ...orderOf(target, id, `${message.MessageId} replayed`),
  });
  await client.send(command);
  await client.send(
    new sdk.DeleteMessageCommand({
      QueueUrl: (await redriveOf(connection, target)).url,
      ReceiptHandle: receipt,
    }),
  );
}

export interface TakenFromSqs extends Taken {
  readonly message: Message;
}

export function deadLetterQueue(connection: SqsConnection, redrive: Redrive): DeadLetterQueue {
  const { sdk, client } = connection;
  const QueueUrl = redrive.url;
  let expected: number | undefined;
  return {
    async take(): Promise<readonly TakenFromSqs[]> {
      expected ??= (await count(connection, QueueUrl)).ready;
      const command = new sdk.ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: takenSeconds,
        WaitTimeSeconds: expected > 0 ? 1 : 0, // who does not wait asks a part of SQS's servers only
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["SentTimestamp"],
      });
      const { Messages = [] } = await client.send(command);
      expected -= Messages.length;
      return Messages.map((message) => ({
        key: message.MessageId ?? "",
        receipt: message.ReceiptHandle ?? "",
        letter: letterOf(message, redrive),
        message,
      }));
    },
    async giveBack(receipts) {
      for (let start = 0; start < receipts.length; start += 10) {
        const Entries = receipts
          .slice(start, start + 10)
          .map((ReceiptHandle, place) => ({ Id: String(place), ReceiptHandle, VisibilityTimeout: 0 }));
        await client.send(new sdk.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
      }
    },
  };
}

/** Of those that SQS moved there itself nobody said when and why. */
function letterOf(message: Message, { maxReceiveCount }: Redrive): DeadLetter {
  const { id, body, contentType, sentAt } = decodeMessage(message);
  const said = (name: string): string | undefined => textOf(message.MessageAttributes, name);
  const wasSentAt = Number(said(added.sentAt) ?? sentAt);
  return {
    id,
    body,
    contentType,
    attempts: Number(said(added.attempts) ?? maxReceiveCount),
    reason: said(added.reason) ?? `SQS gave it up after ${maxReceiveCount} deliveries`,
    sentAt: wasSentAt,
    deadAt: Number(said(added.deadAt) ?? wasSentAt),
  };
}
