// The queue in Azure Queue Storage: `storage-queue://account/name`.
import { setTimeout as pause } from "node:timers/promises";
import type { DequeuedMessageItem } from "@azure/storage-queue";
import { type Clock, FunctionError } from "@faasade/core";
import type { ConfigurationSource } from "@faasade/core/adapter";
import { listDeadLetters, replayDeadLetters } from "../dead-letter-queue.ts";
import type { OutgoingMessage, QueueDepth, QueueDriver, ReceivedMessage } from "../driver.ts";
import { connectQueues, explainQueue, isOutdated, type StorageQueueConnection } from "./connection.ts";
import { decodeMessage, encodeBody, encodeLetter } from "./message.ts";
import { delayOf, lettersOf, mostAtOnce, partsOf, put, wholeSeconds } from "./requests.ts";
import { describeTarget, parseTarget, type StorageQueueTarget } from "./target.ts";

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(
  url: string,
  { clock, configuration }: { readonly clock: Clock; readonly configuration: ConfigurationSource },
): QueueDriver {
  return new StorageQueue(parseTarget(url, configuration), clock);
}

const sender = "Storage Queue Data Message Sender";
const processor = "Storage Queue Data Message Processor";
const buryingSeconds = 30;
const pollMilliseconds = 1_000;
/** How long past its time what nobody settled is still known. */
const keptMilliseconds = 3_600_000;

/** What was received here: to be buried, and by which receipt it is known now. */
interface Held {
  readonly item: DequeuedMessageItem;
  popReceipt: string;
  until: number;
}

class StorageQueue implements QueueDriver {
  readonly #target: StorageQueueTarget;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #connection: Promise<StorageQueueConnection> | undefined;

  constructor(target: StorageQueueTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  /** Checked as a whole, then one after the other: the service takes one at a time. */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const encoded = messages.map((message) => ({ text: encodeBody(message), delay: delayOf(message) }));
    await this.#call(sender, async ({ queue }) => {
      for (const [place, { text, delay }] of encoded.entries())
        await put(queue, text, delay).catch((thrown: unknown) => {
          if (place === 0) throw thrown;
          const { message } = explainQueue(thrown, this.#target, sender);
          const what = `${encoded.length - place} of ${encoded.length} messages to ${describeTarget(this.#target)}`;
          throw new FunctionError("unavailable", `Cannot send ${what}: ${message} The others were sent.`);
        });
    });
  }

  async receive(options: Parameters<QueueDriver["receive"]>[0]): Promise<readonly ReceivedMessage[]> {
    const { waitSeconds = 0, signal } = options;
    const end = performance.now() + waitSeconds * 1000;
    this.#forgetLate();
    while (signal?.aborted !== true) {
      const received = await this.#take(options);
      const left = end - performance.now();
      if (received.length > 0 || left <= 0) return received;
      await pause(Math.min(pollMilliseconds, left), undefined, signal === undefined ? {} : { signal }).catch(
        () => {},
      );
    }
    return [];
  }

  async acknowledge(receipts: readonly string[]): Promise<readonly string[]> {
    const held = await Promise.all(
      receipts.map(async (receipt) => ((await this.#remove(receipt)) ? receipt : "")),
    );
    return held.filter((receipt) => receipt !== "");
  }

  async release(receipt: string, delaySeconds: number): Promise<boolean> {
    const holds = await this.#hide(receipt, delaySeconds);
    this.#held.delete(receipt);
    return holds;
  }

  extend(receipt: string, visibilitySeconds: number): Promise<boolean> {
    return this.#hide(receipt, visibilitySeconds);
  }

  /** Only for what this driver received. Between the copy and the deletion a message is in both queues. */
  async bury(receipt: string, reason: string): Promise<boolean> {
    const held = this.#held.get(receipt);
    if (held === undefined || !(await this.#hide(receipt, buryingSeconds))) return false;
    const text = encodeLetter(held.item, reason, this.#clock.now());
    await this.#call(`${sender} on its poison queue`, ({ poison }) => put(poison, text, 0));
    return this.#remove(receipt);
  }

  async deadLetters(options: Parameters<QueueDriver["deadLetters"]>[0]) {
    return this.#call(processor, ({ poison }) => listDeadLetters(lettersOf(poison), options));
  }

  async replay(ids: readonly string[]): Promise<readonly string[]> {
    return this.#call(processor, ({ queue, poison }) =>
      replayDeadLetters(lettersOf(poison), ids, async ({ letter, receipt }) => {
        await put(queue, Buffer.from(letter.body).toString("base64"), 0);
        await poison.deleteMessage(...partsOf(receipt));
      }),
    );
  }

  /** The service tells one number for what is ready, delayed and in flight; here it counts as ready. */
  async depth(): Promise<QueueDepth> {
    return this.#call("Storage Queue Data Reader", async ({ queue, poison }) => {
      const [own, dead] = await Promise.all([queue.getProperties(), poison.getProperties()]);
      const [ready, letters] = [own.approximateMessagesCount ?? 0, dead.approximateMessagesCount ?? 0];
      return { ready, delayed: 0, inFlight: 0, dead: letters };
    });
  }

  async close(): Promise<void> {}

  async #take({ max, visibilitySeconds }: Parameters<QueueDriver["receive"]>[0]): Promise<ReceivedMessage[]> {
    const received: ReceivedMessage[] = [];
    for (let isMore = true; isMore; ) {
      const numberOfMessages = Math.min(mostAtOnce, max - received.length);
      const until = this.#clock.now() + visibilitySeconds * 1000;
      const items = await this.#call(processor, async ({ queue }) => {
        const how = { numberOfMessages, visibilityTimeout: wholeSeconds(visibilitySeconds) };
        return (await queue.receiveMessages(how)).receivedMessageItems;
      });
      for (const item of items) {
        const receipt = `${item.messageId} ${item.popReceipt}`;
        this.#held.set(receipt, { item, popReceipt: item.popReceipt, until });
        received.push({ ...decodeMessage(item), receipt });
      }
      isMore = items.length === mostAtOnce && received.length < max;
    }
    return received;
  }

  /** Whoever hides a message gets another receipt of the service; ours stays the same. */
  async #hide(receipt: string, seconds: number): Promise<boolean> {
    const [id, first] = partsOf(receipt);
    const held = this.#held.get(receipt);
    return this.#ifHeld(async ({ queue }) => {
      const popReceipt = held?.popReceipt ?? first;
      const updated = await queue.updateMessage(id, popReceipt, undefined, wholeSeconds(seconds));
      if (held === undefined) return;
      held.popReceipt = updated.popReceipt ?? popReceipt;
      held.until = this.#clock.now() + seconds * 1000;
    });
  }

  async #remove(receipt: string): Promise<boolean> {
    const [id, first] = partsOf(receipt);
    const popReceipt = this.#held.get(receipt)?.popReceipt ?? first;
    this.#held.delete(receipt);
    if (id === "" || popReceipt === "") return false;
    return this.#ifHeld(async ({ queue }) => void (await queue.deleteMessage(id, popReceipt)));
  }

  #ifHeld(work: (connection: StorageQueueConnection) => Promise<void>): Promise<boolean> {
    return this.#call(processor, async (connection) => {
      try {
        await work(connection);
        return true;
      } catch (error) {
        if (isOutdated(error)) return false;
        throw error;
      }
    });
  }

  /** A receipt holds until the next delivery, which may be elsewhere: nobody says when. */
  #forgetLate(): void {
    const longAgo = this.#clock.now() - keptMilliseconds;
    for (const [receipt, { until }] of this.#held) if (until < longAgo) this.#held.delete(receipt);
  }

  async #call<Result>(
    role: string,
    work: (connection: StorageQueueConnection) => Promise<Result>,
  ): Promise<Result> {
    try {
      this.#connection ??= connectQueues(this.#target);
      return await work(await this.#connection);
    } catch (error) {
      throw explainQueue(error, this.#target, role);
    }
  }
}
