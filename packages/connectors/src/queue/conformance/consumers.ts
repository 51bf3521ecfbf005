// Consumers that compete and consumers that wait.
import { describe, expect, it } from "vitest";
import type { Queues } from "../conformance.ts";
import { idsOf, messageOf, when } from "./messages.ts";

export function testConsumers({ capabilities, open }: Queues): void {
  describe("consumers", () => {
    it("never hold the same message at the same time, and together get every one", async () => {
      const { consumers } = await open(4);
      const ids = Array.from({ length: 120 }, (_, place) => `m${place}`);
      await consumers[0].send(ids.map((id) => messageOf(id)));
      const taken = await Promise.all(
        consumers.map(async (consumer) => {
          const mine: string[] = [];
          for (;;) {
            const messages = await consumer.receive({ max: 7, visibilitySeconds: 3600 });
            if (messages.length === 0) return mine;
            mine.push(...idsOf(messages));
          }
        }),
      );
      expect(taken.flat().toSorted()).toEqual(ids.toSorted());
    });

    it("that wait get what is sent meanwhile", async () => {
      const { consumers } = await open(2);
      const waiting = consumers[0].receive({ max: 1, visibilitySeconds: 30, waitSeconds: 30 });
      await consumers[1]!.send([messageOf("a")]);
      expect(idsOf(await waiting)).toEqual(["a"]);
    });

    when(capabilities.delays !== "none")("that wait get what becomes visible meanwhile", async () => {
      const { consumers, clock } = await open(1);
      await consumers[0].send([messageOf("a", { delaySeconds: 60 })]);
      const waiting = consumers[0].receive({ max: 1, visibilitySeconds: 30, waitSeconds: 30 });
      await clock.advance(60);
      expect(idsOf(await waiting)).toEqual(["a"]);
    });

    it("that wait in vain get nothing when their time is over", async () => {
      const { consumers } = await open(1);
      expect(await consumers[0].receive({ max: 1, visibilitySeconds: 30, waitSeconds: 0.3 })).toEqual([]);
    });

    it("stop waiting when their signal aborts", async () => {
      const { consumers } = await open(1);
      const abort = new AbortController();
      const waiting = consumers[0].receive({
        max: 1,
        visibilitySeconds: 30,
        waitSeconds: 600,
        signal: abort.signal,
      });
      abort.abort();
      expect(await waiting).toEqual([]);
    });
  });
}
