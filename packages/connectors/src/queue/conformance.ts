// The one suite of the queue port: what every driver promises, registered as vitest tests.

import type { Clock } from "@faasade/core";
import { afterAll, beforeAll, describe } from "vitest";
import { testConsumers } from "./conformance/consumers.ts";
import { testDeadLetters } from "./conformance/dead-letters.ts";
import { testDelivery } from "./conformance/delivery.ts";
import { testModel } from "./conformance/model.ts";
import type { QueueDriver } from "./driver.ts";

export interface QueueHarness {
  /** Called once. */
  open(): Promise<QueueWorld>;
}

export interface QueueWorld {
  /** The queue of this name, which counts delays and visibility by this clock; the same name is the same queue. */
  queue(name: string, clock: Clock): QueueDriver;
  close(): Promise<void>;
}

export interface Queues {
  /** A queue that nobody else uses, opened as often as consumers are wanted, and the clock they share. */
  open(consumers?: number): { readonly consumers: readonly QueueDriver[]; readonly clock: MovableClock };
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

export function testQueueDriver(title: string, harness: QueueHarness): void {
  describe(title, () => {
    let world: QueueWorld;
    let names = 0;
    beforeAll(async () => {
      world = await harness.open();
    }, 120_000);
    afterAll(() => world.close(), 60_000);
    const queues: Queues = {
      open(consumers = 1) {
        names += 1;
        const clock = new MovableClock();
        return {
          clock,
          consumers: Array.from({ length: consumers }, () => world.queue(`queue-${names}`, clock)),
        };
      },
    };
    testDelivery(queues);
    testDeadLetters(queues);
    testConsumers(queues);
    testModel(queues);
  });
}
