// The topics of the world: a message becomes an event in the queue of every function that subscribes.
import { setTimeout as delay } from "node:timers/promises";
import type { CloudEvent } from "@faasade/core";
import { FunctionError } from "@faasade/core";
import { decodeStructured } from "@faasade/core/cloudevents";
import { messageEvent } from "@faasade/platforms/shared/message-event";
import { Group } from "./group.ts";
import type { Accepting, Intake, Subscriber } from "./intake.ts";

export interface DeclaredTopic {
  /** `app/topic` */
  readonly qualified: string;
  readonly format: "cloudevents" | "raw";
  readonly subscribers: readonly Subscriber[];
}

export interface TopicsOptions {
  readonly intake: Intake;
  /** Asked at each message, because an app may declare others after its source changed. */
  readonly find: (qualified: string) => DeclaredTopic | undefined;
  /** Resolves when each app had its chance to say to what it subscribes. */
  readonly ready: Promise<void>;
  readonly now: () => number;
  /** How much may wait for a function before who sends more waits as well. Default: 50,000. */
  readonly mostWaiting?: number;
}

export interface TopicMessage {
  /** `app/topic`, and below it the key. */
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly id: string;
}

/** How many messages are taken between two looks at what waits. */
const looksEvery = 1000;
const lookMilliseconds = 250;

export class Topics {
  readonly #options: TopicsOptions;
  /** One of each topic, so that one that waits holds up no other. */
  readonly #groups = new Map<string, Group<Accepting>>();

  constructor(options: TopicsOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the message is in the journal and in every subscriber's queue.
   * @throws {FunctionError} `not_found` for a topic that no app declares, `invalid` for what is no event.
   */
  async take({ topic, payload, id }: TopicMessage): Promise<void> {
    const { find, ready, now } = this.#options;
    await ready;
    const [app = "", name = "", ...key] = topic.split("/");
    const declared = find(`${app}/${name}`);
    if (declared === undefined)
      throw new FunctionError("not_found", `No app that runs declares the topic ${app}/${name}.`);
    const event = eventOf(declared, { id, payload, key: key.join("/"), time: new Date(now()).toISOString() });
    const { subscribers, qualified, format } = declared;
    const isOwn = format === "raw" || event.source === `/${name}`;
    const messageId = isOwn ? event.id : `${event.id} ${event.source}`;
    await this.#groupOf(declared).add({ event, subscribers, app, topic: qualified, messageId });
  }

  #groupOf({ qualified }: DeclaredTopic): Group<Accepting> {
    const known = this.#groups.get(qualified);
    if (known !== undefined) return known;
    let sinceLook = 0;
    const group = new Group<Accepting>(async (items) => {
      sinceLook += items.length;
      if (sinceLook >= looksEvery) {
        await this.#room(new Set(items.flatMap(({ subscribers }) => subscribers)));
        sinceLook = 0;
      }
      await this.#options.intake.acceptAll(items);
    });
    this.#groups.set(qualified, group);
    return group;
  }

  /** Back-pressure: what cannot be handled as fast as it comes fills no disk. */
  async #room(subscribers: ReadonlySet<Subscriber>): Promise<void> {
    const { mostWaiting = 50_000 } = this.#options;
    for (const { queue } of subscribers) {
      while ((await queue.depth()).ready > mostWaiting) await delay(lookMilliseconds);
    }
  }
}

function eventOf(
  { qualified, format }: DeclaredTopic,
  { id, payload, key, time }: { id: string; payload: Uint8Array; key: string; time: string },
): CloudEvent {
  try {
    if (format === "cloudevents") return decodeStructured(payload);
    const message = { id, time, body: payload, contentType: undefined };
    const event = messageEvent(key === "" ? message : { ...message, subject: key }, {
      name: qualified,
      format,
    });
    // Read now, so that what cannot be read is refused here.
    return { ...event, data: event.data };
  } catch (thrown) {
    throw new FunctionError("invalid", (thrown as Error).message, { cause: thrown });
  }
}
