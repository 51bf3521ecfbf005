// Receipts: what is received stays hidden while somebody works on it, and comes again when nobody says it is done.
import { describe, expect, it } from "vitest";
import type { Queues } from "../conformance.ts";
import { idsOf, messageOf, when } from "./messages.ts";

const ten = { max: 10, visibilitySeconds: 30 };

export function testReceipts({ capabilities, open }: Queues): void {
  const isExact = capabilities.receipts === "exact";
  const start = async () => {
    const { consumers, clock } = await open();
    return { queue: consumers[0], clock };
  };

  describe("receipts", () => {
    it("hides what was received until its visibility ends, then delivers it again and counts", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      expect((await queue.receive(ten))[0]?.attempt).toBe(1);
      await clock.advance(29);
      expect(await queue.receive(ten)).toEqual([]);
      await clock.advance(1);
      expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", attempt: 2 });
    });

    it("never delivers what was acknowledged", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a"), messageOf("b")]);
      const [a, b] = (await queue.receive(ten)).toSorted((one, other) => (one.id < other.id ? -1 : 1));
      expect(await queue.acknowledge([a!.receipt])).toEqual([a!.receipt]);
      await clock.advance(100_000);
      expect(idsOf(await queue.receive(ten))).toEqual(["b"]);
      const outdated = await queue.acknowledge([a!.receipt, b!.receipt, "nonsense", ""]);
      if (isExact) expect(outdated).toEqual([]);
      await clock.advance(30);
      expect(idsOf(await queue.receive(ten))).toEqual(["b"]);
    });

    when(isExact)("takes an acknowledgement that comes late but before the next delivery", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      await clock.advance(60);
      expect(await queue.acknowledge([first!.receipt])).toEqual([first!.receipt]);
      expect(await queue.receive(ten)).toEqual([]);
    });

    it("passes over every use of a receipt whose message was delivered again", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      await clock.advance(30);
      const [second] = await queue.receive(ten);
      const outdated = await queue.acknowledge([first!.receipt]);
      if (isExact) expect(outdated).toEqual([]);
      expect(await queue.release(first!.receipt, 0)).toBe(false);
      expect(await queue.extend(first!.receipt, 60)).toBe(false);
      expect(await queue.bury(first!.receipt, "late")).toBe(false);
      await clock.advance(29);
      expect(await queue.receive(ten)).toEqual([]);
      expect(await queue.acknowledge([second!.receipt])).toEqual([second!.receipt]);
      await clock.advance(30);
      expect(await queue.receive(ten)).toEqual([]);
    });

    it("buries nothing by a receipt whose message was delivered again", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      await clock.advance(30);
      const [second] = await queue.receive(ten);
      expect(await queue.bury(first!.receipt, "late")).toBe(false);
      expect(await queue.deadLetters({ limit: 10 })).toEqual([]);
      expect(await queue.bury(second!.receipt, "bad")).toBe(true);
    });

    it("makes a released message visible after its delay, and takes its receipt back", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      expect(await queue.release(first!.receipt, 4.5)).toBe(true);
      if (isExact) expect(await queue.acknowledge([first!.receipt])).toEqual([]);
      await clock.advance(4.499);
      expect(await queue.receive(ten)).toEqual([]);
      await clock.advance(0.501);
      expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", attempt: 2 });
    });

    it("hides an extended message for longer", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      await clock.advance(20);
      expect(await queue.extend(first!.receipt, 30)).toBe(true);
      await clock.advance(29);
      expect(await queue.receive(ten)).toEqual([]);
      expect(await queue.acknowledge([first!.receipt])).toHaveLength(1);
    });

    it("keeps queues apart that have different names", async () => {
      const [one, two] = [(await start()).queue, (await start()).queue];
      await one.send([messageOf("same")]);
      const [received] = await one.receive(ten);
      expect(await two.receive(ten)).toEqual([]);
      const foreign = await two.acknowledge([received!.receipt]);
      if (isExact) expect(foreign).toEqual([]);
      await two.send([messageOf("same")]);
      expect(idsOf(await two.receive(ten))).toEqual(["same"]);
      expect(await one.acknowledge([received!.receipt])).toHaveLength(1);
    });
  });
}
