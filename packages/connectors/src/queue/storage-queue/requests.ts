// What the service is asked for by the queue and by its poison queue alike.
import type { QueueClient } from "@azure/storage-queue";
import { FunctionError } from "@faasade/core";
import type { DeadLetterQueue } from "../dead-letter-queue.ts";
import type { OutgoingMessage } from "../driver.ts";
import { decodeLetter } from "./message.ts";

/** Messages in one request. */
export const mostAtOnce = 32;
/** Seven days. */
const longestSeconds = 604_800;
const takenSeconds = 60;

export async function put(queue: QueueClient, text: string, delaySeconds: number): Promise<void> {
  await queue.sendMessage(text, { visibilityTimeout: delaySeconds, messageTimeToLive: -1 });
}

export function lettersOf(poison: QueueClient): DeadLetterQueue {
  return {
    async take() {
      const how = { numberOfMessages: mostAtOnce, visibilityTimeout: takenSeconds };
      const { receivedMessageItems } = await poison.receiveMessages(how);
      return receivedMessageItems.map((item) => ({
        key: item.messageId,
        receipt: `${item.messageId} ${item.popReceipt}`,
        letter: decodeLetter(item),
      }));
    },
    async giveBack(receipts) {
      for (const receipt of receipts) await poison.updateMessage(...partsOf(receipt), undefined, 0);
    },
  };
}

/** A receipt is the message and one of its deliveries. */
export function partsOf(receipt: string): [id: string, popReceipt: string] {
  const at = receipt.indexOf(" ");
  return at < 0 ? ["", ""] : [receipt.slice(0, at), receipt.slice(at + 1)];
}

/** @throws {FunctionError} `unsupported` */
export function delayOf({ id, delaySeconds = 0 }: OutgoingMessage): number {
  if (delaySeconds <= longestSeconds) return wholeSeconds(delaySeconds);
  throw new FunctionError(
    "unsupported",
    `Cannot delay the message ${id} by ${delaySeconds} s: a storage queue delays by ${longestSeconds} s at most.`,
  );
}

/** Nothing is shown earlier than was asked. */
export function wholeSeconds(seconds: number): number {
  return Math.min(longestSeconds, Math.max(0, Math.ceil(seconds)));
}
