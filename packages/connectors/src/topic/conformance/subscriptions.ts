// Subscriptions: each message is hidden, shown again, ended or buried by itself.
import { describe, expect, it } from "vitest";
import type { Topics } from "../conformance.ts";
import type { TopicSubscription } from "../driver.ts";
import { messageOf, take, takeRest, textOf, textsOf } from "./messages.ts";

export function testSubscriptions({ open }: Topics): void {
  /** A topic with one subscriber, to whom these were sent. */
  const start = async (...texts: readonly string[]) => {
    const topic = open();
    const one = topic.subscribe();
    await takeRest(one, 0);
    await topic.driver.publish(texts.map((text) => messageOf(text, "k")));
    const end = async (...more: readonly TopicSubscription[]) => {
      for (const each of [one, ...more]) await each.close();
      await topic.driver.close();
    };
    return { ...topic, one, end };
  };

  describe("a subscription", () => {
    it("gets again, under the same ids, what it did not acknowledge before it was closed", async () => {
      const { one, subscribe, end } = await start("a", "b", "c", "d", "e");
      const received = await take(one, 5);
      const [, b, , d] = received;
      // Out of order, one by one.
      expect(await one.acknowledge([d!.receipt])).toEqual([d!.receipt]);
      expect(await one.acknowledge([b!.receipt])).toEqual([b!.receipt]);
      await one.close();
      const next = subscribe();
      const again = await take(next, 3);
      expect(textsOf(again).toSorted()).toEqual(["a", "c", "e"]);
      const idsOf = new Map(received.map((message) => [textOf(message), message.id]));
      for (const message of again) expect(message.id).toBe(idsOf.get(textOf(message)));
      expect(await takeRest(next)).toEqual([]);
      await end(next);
    });

    it("hides what it handed out until the visibility ends, then hands it out again and counts", async () => {
      const { one, clock, end } = await start("a");
      const [first] = await take(one, 1);
      clock.advance(29);
      expect(await takeRest(one, 0)).toEqual([]);
      clock.advance(1);
      expect((await take(one, 1))[0]).toMatchObject({ id: first!.id, attempt: 2 });
      expect(await one.acknowledge([first!.receipt])).toEqual([]);
      expect(await one.release(first!.receipt, 0)).toBe(false);
      expect(await one.bury(first!.receipt, "late")).toBe(false);
      await end();
    });

    it("hands out a released message after its delay, and takes its receipt back", async () => {
      const { one, clock, end } = await start("a");
      const [first] = await take(one, 1);
      expect(await one.release(first!.receipt, 5)).toBe(true);
      expect(await one.acknowledge([first!.receipt])).toEqual([]);
      clock.advance(4.999);
      expect(await takeRest(one, 0)).toEqual([]);
      clock.advance(0.001);
      expect((await take(one, 1))[0]).toMatchObject({ id: first!.id, attempt: 2 });
      await end();
    });

    it("goes on with others while one is held back", async () => {
      const { one, driver, end } = await start("bad");
      const [bad] = await take(one, 1);
      await one.release(bad!.receipt, 300);
      await driver.publish([messageOf("good", "k"), messageOf("better", "k")]);
      const received = await take(one, 2);
      expect(textsOf(received)).toEqual(["good", "better"]);
      expect(await one.acknowledge(received.map(({ receipt }) => receipt))).toHaveLength(2);
      await end();
    });

    it("keeps what it buries, with the reason, and never gets it again", async () => {
      const { one, subscribe, deadLetters, end } = await start("bad", "good");
      const [bad] = await take(one, 2);
      expect(await one.bury(bad!.receipt, "invalid: no number")).toBe(true);
      expect(await one.bury(bad!.receipt, "again")).toBe(false);
      expect(await deadLetters()).toEqual([{ id: bad!.id, reason: "invalid: no number" }]);
      await one.close();
      const next = subscribe();
      expect(textsOf(await take(next, 1))).toEqual(["good"]);
      expect(await takeRest(next)).toEqual([]);
      await end(next);
    });

    it("that waits gets what is sent meanwhile, and nothing when it is told to stop", async () => {
      const { one, driver, end } = await start();
      const waiting = one.receive({ max: 1, visibilitySeconds: 30, waitSeconds: 30 });
      await driver.publish([messageOf("a", "k")]);
      expect(textsOf(await waiting)).toEqual(["a"]);
      const stop = new AbortController();
      const stopped = one.receive({ max: 1, visibilitySeconds: 30, waitSeconds: 30, signal: stop.signal });
      stop.abort();
      expect(await stopped).toEqual([]);
      await end();
    });

    it("passes over receipts that never were", async () => {
      const { one, end } = await start("a");
      expect(await one.acknowledge(["", "nonsense", "a.1"])).toEqual([]);
      expect(textsOf(await take(one, 1))).toEqual(["a"]);
      await end();
    });
  });
}
