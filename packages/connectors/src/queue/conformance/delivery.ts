// Delivery: everything sent arrives, hidden while somebody works on it, again when nobody says it is done.
import { describe, expect, it } from "vitest";
import type { Queues } from "../conformance.ts";
import { idsOf, messageOf } from "./messages.ts";

const ten = { max: 10, visibilitySeconds: 30 };

export function testDelivery({ open }: Queues): void {
  const start = () => {
    const { consumers, clock } = open();
    return { queue: consumers[0]!, clock };
  };

  describe("delivery", () => {
    it("hands over what was sent, byte for byte, in the order it was sent", async () => {
      const { queue, clock } = start();
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await queue.send([
        messageOf("a", { body }),
        messageOf("b"),
        messageOf("c", { body: new Uint8Array() }),
      ]);
      const received = await queue.receive(ten);
      expect(idsOf(received)).toEqual(["a", "b", "c"]);
      expect(received[0]).toMatchObject({ contentType: "application/json", attempt: 1, sentAt: clock.now() });
      expect(received.map((message) => [...message.body].length)).toEqual([256, 10, 0]);
      expect([...received[0]!.body]).toEqual([...body]);
    });

    it("carries a message of 3 MB", async () => {
      const { queue } = start();
      const body = new Uint8Array(3_000_000).map((_, place) => place % 251);
      await queue.send([messageOf("large", { body })]);
      const [received] = await queue.receive(ten);
      expect(Buffer.compare(received!.body, body)).toBe(0);
    });

    it("hides what was received until its visibility ends, then delivers it again and counts", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a")]);
      expect((await queue.receive(ten))[0]?.attempt).toBe(1);
      clock.advance(29);
      expect(await queue.receive(ten)).toEqual([]);
      clock.advance(1);
      expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", attempt: 2 });
    });

    it("never delivers what was acknowledged", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a"), messageOf("b")]);
      const [a, b] = await queue.receive(ten);
      expect(await queue.acknowledge([a!.receipt])).toEqual([a!.receipt]);
      clock.advance(100_000);
      expect(idsOf(await queue.receive(ten))).toEqual(["b"]);
      expect(await queue.acknowledge([a!.receipt, b!.receipt, "nonsense", ""])).toEqual([]);
    });

    it("takes an acknowledgement that comes late but before the next delivery", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      clock.advance(60);
      expect(await queue.acknowledge([first!.receipt])).toEqual([first!.receipt]);
      expect(await queue.receive(ten)).toEqual([]);
    });

    it("passes over every use of a receipt whose message was delivered again", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      clock.advance(30);
      const [second] = await queue.receive(ten);
      expect(await queue.acknowledge([first!.receipt])).toEqual([]);
      expect(await queue.release(first!.receipt, 0)).toBe(false);
      expect(await queue.extend(first!.receipt, 60)).toBe(false);
      expect(await queue.bury(first!.receipt, "late")).toBe(false);
      expect(await queue.acknowledge([second!.receipt])).toEqual([second!.receipt]);
    });

    it("hands out at most max, longest due first", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("late", { delaySeconds: 2 }), messageOf("soon", { delaySeconds: 1 })]);
      await queue.send([messageOf("now")]);
      clock.advance(5);
      expect(idsOf(await queue.receive({ ...ten, max: 2 }))).toEqual(["now", "soon"]);
      expect(idsOf(await queue.receive({ ...ten, max: 2 }))).toEqual(["late"]);
    });

    it("holds a message back for its delay", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a", { delaySeconds: 1.5 })]);
      clock.advance(1.499);
      expect(await queue.receive(ten)).toEqual([]);
      clock.advance(0.001);
      expect(idsOf(await queue.receive(ten))).toEqual(["a"]);
    });

    it("makes a released message visible after its delay, and takes its receipt back", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      expect(await queue.release(first!.receipt, 5)).toBe(true);
      expect(await queue.acknowledge([first!.receipt])).toEqual([]);
      expect(await queue.receive(ten)).toEqual([]);
      clock.advance(5);
      expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", attempt: 2 });
    });

    it("hides an extended message for longer", async () => {
      const { queue, clock } = start();
      await queue.send([messageOf("a")]);
      const [first] = await queue.receive(ten);
      clock.advance(20);
      expect(await queue.extend(first!.receipt, 30)).toBe(true);
      clock.advance(29);
      expect(await queue.receive(ten)).toEqual([]);
      expect(await queue.acknowledge([first!.receipt])).toHaveLength(1);
    });

    it("takes two messages with one id for one, while the first is in the queue or its dead letter", async () => {
      const { queue } = start();
      await queue.send([messageOf("a"), messageOf("a"), messageOf("b")]);
      await queue.send([messageOf("b")]);
      const [a, b, ...more] = await queue.receive(ten);
      expect(more).toEqual([]);
      await queue.bury(a!.receipt, "bad");
      await queue.acknowledge([b!.receipt]);
      await queue.send([messageOf("a"), messageOf("b")]);
      expect(idsOf(await queue.receive(ten))).toEqual(["b"]);
      expect(idsOf(await queue.deadLetters({ limit: 10 }))).toEqual(["a"]);
    });

    it("keeps queues apart that have different names", async () => {
      const one = start().queue;
      const two = start().queue;
      await one.send([messageOf("same")]);
      const [received] = await one.receive(ten);
      expect(await two.receive(ten)).toEqual([]);
      expect(await two.acknowledge([received!.receipt])).toEqual([]);
      await two.send([messageOf("same")]);
      expect(idsOf(await two.receive(ten))).toEqual(["same"]);
      expect(await one.acknowledge([received!.receipt])).toHaveLength(1);
    });

    it("counts what is ready, delayed, in flight and dead", async () => {
      const { queue, clock } = start();
      await queue.send(["a", "b", "c", "d", "e"].map((id) => messageOf(id)));
      await queue.send([messageOf("later", { delaySeconds: 60 })]);
      const [a, b, c] = await queue.receive({ max: 3, visibilitySeconds: 10 });
      await queue.bury(a!.receipt, "bad");
      await queue.release(b!.receipt, 90);
      expect(await queue.depth()).toEqual({ ready: 2, delayed: 2, inFlight: 1, dead: 1 });
      clock.advance(10);
      expect(await queue.depth()).toEqual({ ready: 3, delayed: 2, inFlight: 0, dead: 1 });
      expect(await queue.acknowledge([c!.receipt])).toHaveLength(1);
    });

    it("sends nothing when there is nothing to send", async () => {
      const { queue } = start();
      await queue.send([]);
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 0 });
    });
  });
}
