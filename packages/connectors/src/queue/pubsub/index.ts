// The queue in Pub/Sub, a topic with one subscription: `pubsub://topic?project=…&subscription=…&dead-letters=…`.
import { setTimeout as pause } from "node:timers/promises";
import { type Clock, FunctionError } from "@faasade/core";
import type { ConfigurationSource } from "@faasade/core/adapter";
import { PubSubConnection } from "../../shared/google/pubsub/connection.ts";
import { encodeMessage, encodeWith, publish, publishAll } from "../../shared/google/pubsub/publish.ts";
import { describeTarget, type PubSubTarget, parseTarget } from "../../shared/google/pubsub/target.ts";
import { listDeadLetters, replayDeadLetters } from "../dead-letter-queue.ts";
import type { OutgoingMessage, QueueDepth, QueueDriver, ReceivedMessage } from "../driver.ts";
import { bodyOf, buriedAttributes, decodeMessage, type Pulled, revivedAttributes } from "./message.ts";
import { deadLetterQueue, Subscription, type TakenFromPubSub } from "./subscription.ts";

/** Asks nobody: that happens on first use. @throws {TypeError} for a URL it does not understand. */
export function open(
  url: string,
  { clock, configuration }: { readonly clock: Clock; readonly configuration: ConfigurationSource },
): QueueDriver {
  return new PubSubQueue(parseTarget(url, configuration), clock);
}

/** Between two requests that wait at Pub/Sub, which says of no wait how long it is. */
const pauseMilliseconds = 100;
/** How long a message stays hidden while it is buried. */
const buryingSeconds = 30;
/** How long past its time what nobody settled is still known. */
const keptMilliseconds = 3_600_000;

/** What was received here: Pub/Sub says of no receipt whether it still holds. */
interface Held {
  readonly pulled: Pulled;
  until: number;
}

class PubSubQueue implements QueueDriver {
  readonly #target: PubSubTarget;
  readonly #clock: Clock;
  readonly #connection: PubSubConnection;
  readonly #held = new Map<string, Held>();

  constructor(target: PubSubTarget, clock: Clock) {
    this.#target = target;
    this.#clock = clock;
    this.#connection = new PubSubConnection(target);
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    const late = messages.find(({ delaySeconds = 0 }) => delaySeconds > 0);
    if (late !== undefined)
      throw this.#lack(`delay the message ${late.id}`, "Pub/Sub delays none. Start it by a schedule instead");
    await publishAll(this.#connection, this.#target, messages.map(encodeMessage));
  }

  async receive(options: Parameters<QueueDriver["receive"]>[0]): Promise<readonly ReceivedMessage[]> {
    const { max, visibilitySeconds, waitSeconds = 0, signal } = options;
    const subscription = this.#subscription();
    const end = performance.now() + waitSeconds * 1000;
    this.#forgetLate();
    while (signal?.aborted !== true) {
      const left = end - performance.now();
      const wait = left > 0 ? [untilAborted(left, signal)] : [];
      const pulled = await subscription.pull(max, ...wait);
      if (pulled.length === 0) {
        if (left <= 0) break;
        await pause(pauseMilliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => {});
        continue;
      }
      const until = this.#clock.now() + visibilitySeconds * 1000;
      await subscription.hide(
        pulled.map(({ ackId }) => ackId),
        visibilitySeconds,
      );
      for (const one of pulled) this.#held.set(one.ackId, { pulled: one, until });
      return pulled.map(decodeMessage);
    }
    return [];
  }

  /** Late ones are acknowledged all the same, and not among those that are told to have held. */
  async acknowledge(receipts: readonly string[]): Promise<readonly string[]> {
    const known = receipts.filter((receipt) => this.#held.has(receipt));
    const held = known.filter((receipt) => this.#find(receipt) !== undefined);
    await this.#subscription().acknowledge(known);
    for (const receipt of known) this.#held.delete(receipt);
    return held;
  }

  async release(receipt: string, delaySeconds: number): Promise<boolean> {
    const holds = await this.extend(receipt, delaySeconds);
    if (holds) this.#held.delete(receipt);
    return holds;
  }

  async extend(receipt: string, visibilitySeconds: number): Promise<boolean> {
    const held = this.#find(receipt);
    if (held === undefined) return false;
    const until = this.#clock.now() + visibilitySeconds * 1000;
    await this.#subscription().hide([receipt], visibilitySeconds);
    held.until = until;
    return true;
  }

  /** Only for what this driver received. Between the copy and the acknowledgement a message is in both. */
  async bury(receipt: string, reason: string): Promise<boolean> {
    const deadLetters = this.#deadLetters();
    const held = this.#find(receipt);
    if (held === undefined || !(await this.extend(receipt, buryingSeconds))) return false;
    const { pulled } = held;
    const subscription = this.#target.subscription ?? "";
    const attributes = buriedAttributes(pulled, { subscription, reason, deadAt: this.#clock.now() });
    await publish(this.#connection, deadLetters, [encodeWith(bodyOf(pulled.message), attributes)]);
    await this.acknowledge([receipt]);
    return true;
  }

  async deadLetters(options: Parameters<QueueDriver["deadLetters"]>[0]) {
    return listDeadLetters(this.#letters().queue, options);
  }

  async replay(ids: readonly string[]): Promise<readonly string[]> {
    const { letters, queue } = this.#letters();
    return replayDeadLetters(queue, ids, async (taken) => {
      const { pulled } = taken as TakenFromPubSub;
      const again = encodeWith(bodyOf(pulled.message), revivedAttributes(pulled));
      await publish(this.#connection, this.#target.topic, [again]);
      await letters.acknowledge([pulled.ackId]);
    });
  }

  /** @throws {FunctionError} `unsupported` */
  async depth(): Promise<QueueDepth> {
    throw this.#lack("count the messages", "Pub/Sub tells that to Cloud Monitoring alone. Look there");
  }

  async close(): Promise<void> {}

  #find(receipt: string): Held | undefined {
    const held = this.#held.get(receipt);
    return held !== undefined && held.until > this.#clock.now() ? held : undefined;
  }

  #subscription(): Subscription {
    const { subscription } = this.#target;
    if (subscription !== undefined) return new Subscription(this.#connection, subscription);
    throw this.#lack("receive", "its URL names no subscription. Add subscription=…");
  }

  #letters() {
    const letters = new Subscription(this.#connection, this.#deadLetters());
    this.#subscription();
    return { letters, queue: deadLetterQueue(letters, this.#target.subscription ?? "") };
  }

  #deadLetters(): string {
    const { deadLetters } = this.#target;
    if (deadLetters !== undefined) return deadLetters;
    throw this.#lack(
      "reach the dead letters",
      "its URL names none. Add dead-letters=…, a topic with a subscription of its name",
    );
  }

  #lack(what: string, why: string): FunctionError {
    return new FunctionError("unsupported", `Cannot ${what} of ${describeTarget(this.#target)}: ${why}.`);
  }

  /** A receipt holds until the next delivery, which may be elsewhere: nobody says when. */
  #forgetLate(): void {
    const longAgo = this.#clock.now() - keptMilliseconds;
    for (const [receipt, { until }] of this.#held) if (until < longAgo) this.#held.delete(receipt);
  }
}

function untilAborted(milliseconds: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(Math.ceil(milliseconds));
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}
