// The one suite of the topic port: what every driver with subscriptions promises, registered as vitest tests.
import type { Clock } from "@faasade/core";
import { afterAll, beforeAll, describe } from "vitest";
import { testModel } from "./conformance/model.ts";
import { testSending } from "./conformance/sending.ts";
import { testSubscriptions } from "./conformance/subscriptions.ts";
import type { TopicDriver, TopicSubscription } from "./driver.ts";

export interface TopicHarness {
  /** Called once. */
  open(): Promise<TopicWorld>;
}

export interface TopicWorld {
  /** The topic of this name, with keys of one level; the same name is the same topic. */
  topic(name: string, clock: Clock): TopicDriver;
  /** What is kept of messages that were buried. */
  deadLetters(name: string): Promise<readonly { readonly id: string; readonly reason: string }[]>;
  close(): Promise<void>;
}

export interface Topics {
  /** A topic that nobody else uses. */
  open(): OpenTopic;
}

export interface OpenTopic {
  readonly driver: TopicDriver;
  readonly clock: MovableClock;
  subscribe(subscriber?: string): TopicSubscription;
  deadLetters(): ReturnType<TopicWorld["deadLetters"]>;
}

export class MovableClock implements Clock {
  #now = 1_700_000_000_000;

  now(): number {
    return this.#now;
  }

  advance(seconds: number): void {
    this.#now += seconds * 1000;
  }
}

export function testTopicDriver(title: string, harness: TopicHarness): void {
  describe(title, () => {
    let world: TopicWorld;
    let names = 0;
    beforeAll(async () => {
      world = await harness.open();
    }, 60_000);
    afterAll(() => world.close(), 60_000);
    const topics: Topics = {
      open() {
        names += 1;
        const name = `topic-${names}`;
        const clock = new MovableClock();
        const driver = world.topic(name, clock);
        return {
          driver,
          clock,
          subscribe(subscriber = "app/one") {
            if (driver.subscribe === undefined) throw new Error(`${title} has no subscriptions`);
            return driver.subscribe(`${name}/${subscriber}`);
          },
          deadLetters: () => world.deadLetters(name),
        };
      },
    };
    testSending(topics);
    testSubscriptions(topics);
    testModel(topics);
  });
}
