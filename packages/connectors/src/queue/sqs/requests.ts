// The requests of SQS that take messages, hide them, remove them and count them.
import type { Message } from "@aws-sdk/client-sqs";
import type { QueueDepth } from "../driver.ts";
import type { SqsConnection } from "./connection.ts";
import { isOutdated } from "./failure.ts";

/** Messages in one request. */
export const mostAtOnce = 10;
const longestWaitSeconds = 20;
/** Twelve hours, counted from when a message was received. */
const longestHiddenSeconds = 43_200;

export async function receive(
  { sdk, client, url }: SqsConnection,
  options: {
    readonly most: number;
    readonly visibilitySeconds: number;
    readonly waitSeconds: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<readonly Message[]> {
  const { most, visibilitySeconds, waitSeconds, signal } = options;
  const command = new sdk.ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: most,
    VisibilityTimeout: hiddenSeconds(visibilitySeconds),
    WaitTimeSeconds: Math.floor(Math.min(longestWaitSeconds, Math.max(0, waitSeconds))),
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"],
  });
  try {
    const { Messages = [] } = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    return Messages;
  } catch (error) {
    if (signal?.aborted === true) return [];
    throw error;
  }
}

/** @returns the receipts that were not refused. @throws {Error} when SQS could not remove one, for now. */
export async function remove(
  { sdk, client, url }: SqsConnection,
  receipts: readonly string[],
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (let start = 0; start < receipts.length; start += mostAtOnce) {
    const some = receipts.slice(start, start + mostAtOnce);
    const Entries = some.map((ReceiptHandle, place) => ({ Id: String(place), ReceiptHandle }));
    const { Failed = [] } = await client.send(new sdk.DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    const broken = Failed.find(({ SenderFault }) => SenderFault !== true);
    if (broken !== undefined) throw new Error(`${broken.Code}: ${broken.Message}`);
    const refused = new Set(Failed.map(({ Id }) => Id));
    removed.push(...some.filter((_, place) => !refused.has(String(place))));
  }
  return removed;
}

/** @returns whether the receipt holds. */
export async function hide(
  { sdk, client, url }: SqsConnection,
  receipt: string,
  seconds: number,
): Promise<boolean> {
  if (receipt === "") return false;
  const change = { ReceiptHandle: receipt, VisibilityTimeout: hiddenSeconds(seconds) };
  try {
    await client.send(new sdk.ChangeMessageVisibilityCommand({ QueueUrl: url, ...change }));
    return true;
  } catch (error) {
    if (isOutdated(error as Error)) return false;
    throw error;
  }
}

export async function count(
  { sdk, client }: SqsConnection,
  url: string,
): Promise<Pick<QueueDepth, "ready" | "delayed" | "inFlight">> {
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...counts] });
  const { Attributes = {} } = await client.send(command);
  const [ready, delayed, inFlight] = counts.map((name) => Number(Attributes[name] ?? 0));
  return { ready: ready ?? 0, delayed: delayed ?? 0, inFlight: inFlight ?? 0 };
}

const counts = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesDelayed",
  "ApproximateNumberOfMessagesNotVisible",
] as const;

/** SQS knows whole seconds: nothing is shown earlier than was asked. */
function hiddenSeconds(seconds: number): number {
  return Math.min(longestHiddenSeconds, Math.max(0, Math.ceil(seconds)));
}
