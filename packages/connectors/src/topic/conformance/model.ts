// Any sequence of sending, receiving, ending and going away agrees with a model of what must still come.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenTopic, Topics } from "../conformance.ts";
import type { TopicMessage, TopicSubscription } from "../driver.ts";
import { messageOf, take, takeRest, textOf } from "./messages.ts";

class Run {
  readonly topic: OpenTopic;
  subscription: TopicSubscription;
  /** Sent and neither acknowledged nor buried. */
  readonly open = new Set<string>();
  readonly ended = new Set<string>();
  out: TopicMessage[] = [];
  sent = 0;

  constructor(topic: OpenTopic) {
    this.topic = topic;
    this.subscription = topic.subscribe();
  }

  async take(): Promise<void> {
    for (const message of await this.subscription.receive({
      max: 3,
      visibilitySeconds: 30,
      waitSeconds: 0.02,
    })) {
      expect(this.ended, "came again after its end").not.toContain(textOf(message));
      this.out = this.out.filter(({ id }) => id !== message.id).concat(message);
    }
  }

  async end(place: number, how: "acknowledge" | "bury"): Promise<void> {
    const message = this.out[place % Math.max(1, this.out.length)];
    if (message === undefined) return;
    const { receipt } = message;
    const held = await (how === "bury"
      ? this.subscription.bury(receipt, "because")
      : this.subscription.acknowledge([receipt]).then(({ length }) => length > 0));
    this.out = this.out.filter((one) => one !== message);
    if (!held) return;
    this.open.delete(textOf(message));
    this.ended.add(textOf(message));
  }
}

type Step = (run: Run) => Promise<void>;

const send = fc.integer({ min: 1, max: 4 }).map(
  (count): Step =>
    async (run) => {
      const texts = Array.from({ length: count }, () => `m${++run.sent}`);
      await run.topic.driver.publish(texts.map((text) => messageOf(text, "k")));
      for (const text of texts) run.open.add(text);
    },
);
const receive = fc.constant<Step>((run) => run.take());
const acknowledge = fc.nat().map(
  (place): Step =>
    (run) =>
      run.end(place, "acknowledge"),
);
const bury = fc.nat().map(
  (place): Step =>
    (run) =>
      run.end(place, "bury"),
);
const release = fc.nat().map(
  (place): Step =>
    async (run) => {
      const message = run.out[place % Math.max(1, run.out.length)];
      if (message !== undefined) await run.subscription.release(message.receipt, 5);
      run.out = run.out.filter((one) => one !== message);
    },
);
const pass = fc.integer({ min: 1, max: 40 }).map(
  (seconds): Step =>
    async (run) =>
      run.topic.clock.advance(seconds),
);
const reopen = fc.constant<Step>(async (run) => {
  await run.subscription.close();
  run.subscription = run.topic.subscribe();
  run.out = [];
});

const steps = fc.array(
  fc.oneof(send, receive, receive, acknowledge, acknowledge, bury, release, pass, reopen),
  {
    minLength: 5,
    maxLength: 30,
  },
);

export function testModel({ open }: Topics): void {
  describe("any sequence of events", () => {
    it("loses nothing that was not ended and repeats nothing that was", async () => {
      await fc.assert(
        fc.asyncProperty(steps, async (sequence) => {
          const run = new Run(open());
          await takeRest(run.subscription, 0);
          for (const step of sequence) await step(run);
          run.topic.clock.advance(100);
          const left = await take(run.subscription, run.open.size);
          expect(left.map(textOf).toSorted()).toEqual([...run.open].toSorted());
          expect(await takeRest(run.subscription, 0.05)).toEqual([]);
          await run.subscription.close();
          await run.topic.driver.close();
        }),
        { numRuns: 25 },
      );
    }, 120_000);
  });
}
