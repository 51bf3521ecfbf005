// Dead letters: kept whole with their reason, listed by page, put back on demand.
import { describe, expect, it } from "vitest";
import type { Queues } from "../conformance.ts";
import type { QueueDriver } from "../driver.ts";
import { contentType, idsOf, messageOf, textOf } from "./messages.ts";

const ten = { max: 10, visibilitySeconds: 30 };

export function testDeadLetters({ capabilities, open }: Queues): void {
  const buried = async (queue: QueueDriver, ids: readonly string[]) => {
    await queue.send(ids.map((id) => messageOf(id)));
    for (const { receipt, id } of await queue.receive(ten)) await queue.bury(receipt, `no use for ${id}`);
  };

  describe("dead letters", () => {
    it("keep body, attempts, times and reason, and are delivered no more", async () => {
      const { consumers, clock } = await open();
      const queue = consumers[0];
      const sentAt = clock.now();
      await queue.send([messageOf("a")]);
      await queue.receive(ten);
      await clock.advance(40);
      const [second] = await queue.receive(ten);
      await queue.bury(second!.receipt, "cannot be read: ümläut\n'quoted'");
      await clock.advance(100);
      expect(await queue.receive(ten)).toEqual([]);
      const [letter, ...more] = await queue.deadLetters({ limit: 10 });
      expect(more).toEqual([]);
      expect({ ...letter, body: new TextDecoder().decode(letter!.body) }).toEqual({
        id: "a",
        body: textOf("a"),
        contentType,
        attempts: 2,
        reason: "cannot be read: ümläut\n'quoted'",
        sentAt,
        deadAt: sentAt + 40_000,
      });
    });

    it("are listed by page, each once", async () => {
      const { consumers } = await open();
      const queue = consumers[0];
      const ids = ["b", "A", "c", "ä", "1"];
      await buried(queue, ids);
      const seen: string[] = [];
      for (let after: string | undefined; ; after = seen.at(-1)) {
        const page = await queue.deadLetters({ limit: 2, ...(after === undefined ? {} : { after }) });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...idsOf(page));
      }
      expect(seen.toSorted()).toEqual(ids.toSorted());
    });

    it("come back whole, counted anew, and no receipt of before holds", async () => {
      const { consumers } = await open();
      const queue = consumers[0];
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      await queue.bury(first!.receipt, "bad");
      expect(await queue.replay(["a", "unknown"])).toEqual(["a"]);
      expect(await queue.deadLetters({ limit: 10 })).toEqual([]);
      const [again] = await queue.receive(ten);
      expect(again).toMatchObject({ id: "a", attempt: 1 });
      const outdated = await queue.acknowledge([first!.receipt]);
      if (capabilities.receipts === "exact") expect(outdated).toEqual([]);
      expect(await queue.acknowledge([again!.receipt])).toHaveLength(1);
    });

    it("are put back only when dead", async () => {
      const { consumers } = await open();
      const queue = consumers[0];
      await queue.send([messageOf("alive")]);
      await queue.receive(ten);
      expect(await queue.replay(["alive"])).toEqual([]);
      expect(await queue.receive(ten)).toEqual([]);
    });
  });
}
