// The queue in SQS, standard or FIFO: `https://sqs.<region>.amazonaws.com/<account>/<name>`, an ARN, or `sqs://name`.
import type { Message } from "@aws-sdk/client-sqs";
import type { Clock } from "@faasade/core";
import { listDeadLetters, replayDeadLetters } from "../dead-letter-queue.ts";
import type { OutgoingMessage, QueueDepth, QueueDriver, ReceivedMessage } from "../driver.ts";
import { connectSqs, type SqsConnection } from "./connection.ts";
import { deadLetterQueue, redriveOf, sendBack, sendDeadLetter, type TakenFromSqs } from "./dead-letters.ts";
import { explainSqs } from "./failure.ts";
import { decodeMessage } from "./message.ts";
import { count, hide, mostAtOnce, receive, remove } from "./requests.ts";
import { entryOf, sendAll } from "./send.ts";
import { parseTarget, type SqsTarget } from "./target.ts";

/** Loads no SDK and asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(url: string, { clock }: { readonly clock: Clock }): QueueDriver {
  return new SqsQueue(parseTarget(url), clock);
}

/** How long a message stays hidden while it is buried. */
const buryingSeconds = 30;

/** What was received here and may be buried, which SQS does not do by a receipt. */
interface Held {
  readonly message: Message;
  until: number;
}

class SqsQueue implements QueueDriver {
  readonly #target: SqsTarget;
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #connection: Promise<SqsConnection> | undefined;

  constructor(target: SqsTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const entries = messages.map((message) => entryOf(this.#target, message));
    await this.#call("sqs:SendMessage", (connection) => sendAll(connection, this.#target, entries));
  }

  async receive(options: Parameters<QueueDriver["receive"]>[0]): Promise<readonly ReceivedMessage[]> {
    const { max, visibilitySeconds, waitSeconds = 0, signal } = options;
    const end = performance.now() + waitSeconds * 1000;
    const received: Message[] = [];
    this.#forgetLate();
    while (signal?.aborted !== true) {
      const until = this.#clock.now() + visibilitySeconds * 1000;
      const leftSeconds = (end - performance.now()) / 1000;
      const batch = await this.#call("sqs:ReceiveMessage", (connection) =>
        receive(connection, {
          most: Math.min(mostAtOnce, max - received.length),
          visibilitySeconds,
          // Once there are some, nobody waits for more.
          waitSeconds: received.length > 0 ? 0 : leftSeconds,
          signal,
        }),
      );
      for (const message of batch) this.#held.set(message.ReceiptHandle ?? "", { message, until });
      received.push(...batch);
      const isDone =
        received.length === 0 ? leftSeconds < 1 : batch.length < mostAtOnce || received.length >= max;
      if (isDone) break;
    }
    return received.map((message) => decodeMessage(message));
  }

  /** SQS does not tell whether a receipt still held: all that it took are returned. */
  async acknowledge(receipts: readonly string[]): Promise<readonly string[]> {
    const known = receipts.filter((receipt) => receipt !== "");
    const taken = await this.#call("sqs:DeleteMessage", (connection) => remove(connection, known));
    for (const receipt of known) this.#held.delete(receipt);
    return taken;
  }

  async release(receipt: string, delaySeconds: number): Promise<boolean> {
    const holds = await this.#hide(receipt, delaySeconds);
    this.#held.delete(receipt);
    return holds;
  }

  async extend(receipt: string, visibilitySeconds: number): Promise<boolean> {
    const holds = await this.#hide(receipt, visibilitySeconds);
    const held = this.#held.get(receipt);
    if (held !== undefined && holds) held.until = this.#clock.now() + visibilitySeconds * 1000;
    return holds;
  }

  /** Only for what this driver received. Between the copy and the deletion a message is in both queues. */
  async bury(receipt: string, reason: string): Promise<boolean> {
    const held = this.#held.get(receipt);
    if (held === undefined || !(await this.#hide(receipt, buryingSeconds))) return false;
    const details = { reason, deadAt: this.#clock.now() };
    await this.#call("sqs:SendMessage on its dead letter queue, and sqs:GetQueueAttributes", (connection) =>
      sendDeadLetter(connection, this.#target, held.message, details),
    );
    await this.acknowledge([receipt]);
    return true;
  }

  async deadLetters(options: Parameters<QueueDriver["deadLetters"]>[0]) {
    return this.#call("sqs:ReceiveMessage on its dead letter queue", async (connection) =>
      listDeadLetters(deadLetterQueue(connection, await redriveOf(connection, this.#target)), options),
    );
  }

  async replay(ids: readonly string[]): Promise<readonly string[]> {
    return this.#call("sqs:ReceiveMessage on its dead letter queue", async (connection) => {
      const letters = deadLetterQueue(connection, await redriveOf(connection, this.#target));
      return replayDeadLetters(letters, ids, (taken) =>
        sendBack(connection, this.#target, (taken as TakenFromSqs).message),
      );
    });
  }

  /** As SQS counts: approximately, and with what was released among what is in flight. */
  async depth(): Promise<QueueDepth> {
    return this.#call("sqs:GetQueueAttributes", async (connection) => {
      const own = await count(connection, connection.url);
      const redrive = await connection.redrive();
      if (redrive === undefined) return { ...own, dead: 0 };
      const { ready, delayed, inFlight } = await count(connection, redrive.url);
      return { ...own, dead: ready + delayed + inFlight };
    });
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    connection?.client.destroy();
  }

  #hide(receipt: string, seconds: number): Promise<boolean> {
    return this.#call("sqs:ChangeMessageVisibility", (connection) => hide(connection, receipt, seconds));
  }

  /** What nobody settled comes again under another receipt. */
  #forgetLate(): void {
    const now = this.#clock.now();
    for (const [receipt, { until }] of this.#held) if (until < now) this.#held.delete(receipt);
  }

  async #call<Result>(action: string, work: (connection: SqsConnection) => Promise<Result>): Promise<Result> {
    try {
      this.#connection ??= connectSqs(this.#target).catch((error: unknown) => {
        this.#connection = undefined;
        throw error;
      });
      return await work(await this.#connection);
    } catch (error) {
      throw explainSqs(error, this.#target, action);
    }
  }
}
