// The one suite of the queue port: what every driver promises, registered as vitest tests.

import type { Clock } from "@faasade/core";
import { afterAll, beforeAll, describe } from "vitest";
import { testConsumers } from "./conformance/consumers.ts";
import { testDeadLetters } from "./conformance/dead-letters.ts";
import { testDelivery } from "./conformance/delivery.ts";
import { testModel } from "./conformance/model.ts";
import { testReceipts } from "./conformance/receipts.ts";
import type { QueueDriver } from "./driver.ts";

/** Where targets differ. The suite asks this table, never a driver's name. */
export interface QueueCapabilities {
  /** How long two messages with one id are one: while the first is kept, for some minutes, or never. */
  readonly deduplication: "while-kept" | "minutes" | "none";
  /**
   * `exact`: a receipt holds until the next delivery, and the target tells whether it did. `while-hidden`: it holds as
   * long as its message is hidden; a message that was released is hidden, too, and nobody tells of outdated receipts.
   */
  readonly receipts: "exact" | "while-hidden";
  /** What waited longest is handed out first, or anything. */
  readonly order: "longest-due" | "none";
  /** What a message sent later may be delayed by. */
  readonly delays: "milliseconds" | "seconds" | "none";
  /** `sum`: how many there are, but not exactly in which state. `none`: not even that. */
  readonly depth: "exact" | "sum" | "none";
  /** Who may bury a message: whoever has its receipt, or only the driver that received it. */
  readonly buriedBy: "anyone" | "receiver";
  /** The largest body. */
  readonly maxBytes: number;
  /** `body`: nothing beside the bytes, so that what is no event gets an id of the queue. */
  readonly carries: "everything" | "body";
}

export const fullCapabilities: QueueCapabilities = {
  deduplication: "while-kept",
  receipts: "exact",
  order: "longest-due",
  delays: "milliseconds",
  depth: "exact",
  buriedBy: "anyone",
  maxBytes: 3_000_000,
  carries: "everything",
};

export interface QueueHarness {
  /** Default: everything that the port promises. */
  readonly capabilities?: Partial<QueueCapabilities>;
  /** Called once. */
  open(): Promise<QueueWorld>;
}

export interface QueueWorld {
  /** The queue of this name, which counts delays and visibility by this clock; the same name is the same queue. */
  queue(name: string, clock: Clock): QueueDriver | Promise<QueueDriver>;
  /** For a target with a clock of its own: told before each test, and whenever that moves the clock. */
  setClock?(clock: Clock): void | Promise<void>;
  close(): Promise<void>;
}

export interface OpenedQueue {
  readonly consumers: readonly [QueueDriver, ...QueueDriver[]];
  readonly clock: MovableClock;
}

export interface Queues {
  readonly capabilities: QueueCapabilities;
  /** A queue that nobody else uses, opened as often as consumers are wanted, and the clock they share. */
  open(consumers?: number): Promise<OpenedQueue>;
}

export class MovableClock implements Clock {
  readonly #moved: (clock: Clock) => void | Promise<void>;
  #now = 1_700_000_000_000;

  constructor(moved: (clock: Clock) => void | Promise<void> = () => {}) {
    this.#moved = moved;
  }

  now(): number {
    return this.#now;
  }

  async advance(seconds: number): Promise<void> {
    this.#now += seconds * 1000;
    await this.#moved(this);
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
      capabilities: { ...fullCapabilities, ...harness.capabilities },
      async open(consumers = 1) {
        names += 1;
        const name = `queue-${names}`;
        const clock = new MovableClock((moved) => world.setClock?.(moved));
        await world.setClock?.(clock);
        const first = await world.queue(name, clock);
        const others: QueueDriver[] = [];
        while (others.length < consumers - 1) others.push(await world.queue(name, clock));
        return { clock, consumers: [first, ...others] };
      },
    };
    testDelivery(queues);
    testReceipts(queues);
    testDeadLetters(queues);
    testConsumers(queues);
    testModel(queues);
  });
}
