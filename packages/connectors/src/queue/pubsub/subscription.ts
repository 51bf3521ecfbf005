// What is asked of a subscription: messages, and what becomes of them.
import type { PubSubConnection } from "../../shared/google/pubsub/connection.ts";
import type { DeadLetterQueue, Taken } from "../dead-letter-queue.ts";
import { letterOf, type Pulled, sourceOf } from "./message.ts";

const permission = "pubsub.subscriptions.consume";
/** Messages in one request; acknowledgements of as many stay far below its 512 KiB. */
const mostAtOnce = 1000;
/** https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions/modifyAckDeadline */
const longestSeconds = 600;
const takenSeconds = 60;
/** Pub/Sub may answer at once that there is nothing where there is something. */
const looks = 3;

export class Subscription {
  readonly #connection: PubSubConnection;
  readonly #name: string;

  constructor(connection: PubSubConnection, name: string) {
    this.#connection = connection;
    this.#name = name;
  }

  /** @param signal ends the wait for a first message; without it nobody waits. */
  async pull(max: number, signal?: AbortSignal): Promise<readonly Pulled[]> {
    const body = { maxMessages: Math.min(max, mostAtOnce), returnImmediately: signal === undefined };
    const asked = { method: "pull", permission } as const;
    try {
      const { receivedMessages = [] } = await this.#call<{ receivedMessages?: readonly Pulled[] }>(
        asked.method,
        body,
        signal,
      );
      return receivedMessages;
    } catch (error) {
      if (signal?.aborted === true) return [];
      throw error;
    }
  }

  async acknowledge(ackIds: readonly string[]): Promise<void> {
    for (let start = 0; start < ackIds.length; start += mostAtOnce)
      await this.#call("acknowledge", { ackIds: ackIds.slice(start, start + mostAtOnce) });
  }

  /** Nothing is shown earlier than was asked, but for what is asked to be hidden for more than ten minutes. */
  async hide(ackIds: readonly string[], seconds: number): Promise<void> {
    const ackDeadlineSeconds = Math.min(longestSeconds, Math.max(0, Math.ceil(seconds)));
    for (let start = 0; start < ackIds.length; start += mostAtOnce)
      await this.#call("modifyAckDeadline", {
        ackIds: ackIds.slice(start, start + mostAtOnce),
        ackDeadlineSeconds,
      });
  }

  #call<Reply>(
    method: "pull" | "acknowledge" | "modifyAckDeadline",
    body: object,
    signal?: AbortSignal,
  ): Promise<Reply> {
    const thing = `subscriptions/${this.#name}`;
    const options = signal === undefined ? {} : { signal };
    return this.#connection.call(thing, { method, permission }, JSON.stringify(body), options);
  }
}

export interface TakenFromPubSub extends Taken {
  readonly pulled: Pulled;
}

/** A deployment has one for all its functions: only what was given up by `subscription` is seen here. */
export function deadLetterQueue(letters: Subscription, subscription: string): DeadLetterQueue {
  const others: string[] = [];
  const takeSome = async (): Promise<readonly Pulled[]> => {
    for (let look = 1; look <= looks; look += 1) {
      const some = await letters.pull(mostAtOnce);
      if (some.length > 0) return some;
    }
    return [];
  };
  return {
    async take(): Promise<readonly TakenFromPubSub[]> {
      for (;;) {
        const some = await takeSome();
        const ackIds = some.map(({ ackId }) => ackId);
        await letters.hide(ackIds, takenSeconds);
        const own = some.filter((pulled) => sourceOf(pulled) === subscription);
        others.push(...some.filter((pulled) => !own.includes(pulled)).map(({ ackId }) => ackId));
        if (own.length === 0 && some.length > 0) continue;
        return own.map((pulled) => ({
          key: pulled.message.messageId,
          receipt: pulled.ackId,
          letter: letterOf(pulled),
          pulled,
        }));
      }
    },
    giveBack: (receipts) => letters.hide([...receipts, ...others], 0),
  };
}
