// Delivery: everything sent arrives, hidden while somebody works on it, again when nobody says it is done.
import { describe, expect, it } from "vitest";
import type { Queues } from "../conformance.ts";
import { contentType, idsOf, messageOf, when } from "./messages.ts";

const ten = { max: 10, visibilitySeconds: 30 };

export function testDelivery({ capabilities, open }: Queues): void {
  const { deduplication, delays, maxBytes } = capabilities;
  const isOrdered = capabilities.order === "longest-due";
  const start = async () => {
    const { consumers, clock } = await open();
    return { queue: consumers[0], clock };
  };

  describe("delivery", () => {
    it("hands over what was sent, byte for byte, in the order it was sent", async () => {
      const { queue, clock } = await start();
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await queue.send([
        messageOf("a", { body }),
        messageOf("b"),
        messageOf("c", { body: new Uint8Array() }),
      ]);
      const received = await queue.receive(ten);
      const hex = (bodies: readonly { readonly body: Uint8Array }[]) =>
        bodies.map((one) => Buffer.from(one.body).toString("hex"));
      const sent = [{ body }, messageOf("b"), { body: new Uint8Array() }];
      if (isOrdered) expect(hex(received)).toEqual(hex(sent));
      expect(hex(received).toSorted()).toEqual(hex(sent).toSorted());
      for (const { attempt, sentAt } of received) expect([attempt, sentAt]).toEqual([1, clock.now()]);
      if (capabilities.carries === "body") return;
      expect(idsOf(received).toSorted()).toEqual(["a", "b", "c"]);
      for (const message of received) expect(message.contentType).toBe(contentType);
    });

    it("carries a message as large as it may be, of any bytes", async () => {
      const { queue } = await start();
      const body = new Uint8Array(maxBytes).map((_, place) => place % 251);
      await queue.send([messageOf("large", { body })]);
      const [received] = await queue.receive(ten);
      expect(Buffer.compare(received!.body, body)).toBe(0);
    });

    when(maxBytes < 3_000_000)("refuses a larger one, and sends nothing of what it came with", async () => {
      const { queue } = await start();
      const large = messageOf("large", {
        body: new Uint8Array(maxBytes + 1000).map((_, place) => place % 251),
      });
      await expect(queue.send([messageOf("small"), large])).rejects.toMatchObject({ code: "too_large" });
      expect(await queue.receive(ten)).toEqual([]);
    });

    it("hands out at most max", async () => {
      const { queue } = await start();
      await queue.send(["a", "b", "c"].map((id) => messageOf(id)));
      const first = await queue.receive({ ...ten, max: 2 });
      expect(first).toHaveLength(2);
      const all = [...first, ...(await queue.receive({ ...ten, max: 2 }))];
      expect(idsOf(all).toSorted()).toEqual(["a", "b", "c"]);
    });

    when(isOrdered)("hands out first what was due longest", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("late", { delaySeconds: 2 }), messageOf("soon", { delaySeconds: 1 })]);
      await queue.send([messageOf("now")]);
      await clock.advance(5);
      expect(idsOf(await queue.receive({ ...ten, max: 2 }))).toEqual(["now", "soon"]);
      expect(idsOf(await queue.receive({ ...ten, max: 2 }))).toEqual(["late"]);
    });

    when(delays !== "none")("holds a message back for its delay, never shorter", async () => {
      const { queue, clock } = await start();
      await queue.send([messageOf("a", { delaySeconds: 1.5 })]);
      await clock.advance(1.499);
      expect(await queue.receive(ten)).toEqual([]);
      await clock.advance(delays === "seconds" ? 0.501 : 0.001);
      expect(idsOf(await queue.receive(ten))).toEqual(["a"]);
    });

    when(delays === "none")("refuses a delay that the target does not know, and sends nothing", async () => {
      const { queue } = await start();
      const sent = queue.send([messageOf("a"), messageOf("b", { delaySeconds: 2 })]);
      await expect(sent).rejects.toMatchObject({ code: "unsupported" });
      expect(await queue.receive(ten)).toEqual([]);
    });

    when(deduplication === "minutes")(
      "takes two messages with one id for one, for some minutes",
      async () => {
        const { queue, clock } = await start();
        await queue.send([messageOf("a"), messageOf("a")]);
        const [a, ...more] = await queue.receive(ten);
        expect(more).toEqual([]);
        await queue.acknowledge([a!.receipt]);
        await queue.send([messageOf("a")]);
        expect(await queue.receive(ten)).toEqual([]);
        await clock.advance(600);
        await queue.send([messageOf("a")]);
        expect(idsOf(await queue.receive(ten))).toEqual(["a"]);
      },
    );

    const whileKept = deduplication === "while-kept";
    when(whileKept)(
      "takes two with one id for one, while the first is in the queue or its dead letter",
      async () => {
        const { queue } = await start();
        await queue.send([messageOf("a"), messageOf("a"), messageOf("b")]);
        await queue.send([messageOf("b")]);
        const [a, b, ...more] = await queue.receive(ten);
        expect(more).toEqual([]);
        await queue.bury(a!.receipt, "bad");
        await queue.acknowledge([b!.receipt]);
        await queue.send([messageOf("a"), messageOf("b")]);
        expect(idsOf(await queue.receive(ten))).toEqual(["b"]);
        expect(idsOf(await queue.deadLetters({ limit: 10 }))).toEqual(["a"]);
      },
    );

    when(capabilities.depth === "none")("refuses to count, and says what would do", async () => {
      const { queue } = await start();
      await expect(queue.depth()).rejects.toMatchObject({ code: "unsupported" });
    });

    when(capabilities.depth !== "none")("counts what is ready, delayed, in flight and dead", async () => {
      const { queue, clock } = await start();
      await queue.send(["a", "b", "c", "d", "e"].map((id) => messageOf(id)));
      await queue.send([messageOf("later", delays === "none" ? {} : { delaySeconds: 60 })]);
      const [a, b, c] = await queue.receive({ max: 3, visibilitySeconds: 10 });
      await queue.bury(a!.receipt, "bad");
      await queue.release(b!.receipt, 90);
      const counted = await queue.depth();
      expect([counted.ready + counted.delayed + counted.inFlight, counted.dead]).toEqual([5, 1]);
      if (capabilities.depth === "exact") {
        expect(counted).toEqual({ ready: 2, delayed: 2, inFlight: 1, dead: 1 });
        await clock.advance(10);
        expect(await queue.depth()).toEqual({ ready: 3, delayed: 2, inFlight: 0, dead: 1 });
      }
      expect(await queue.acknowledge([c!.receipt])).toHaveLength(1);
    });

    it("sends nothing when there is nothing to send", async () => {
      const { queue } = await start();
      await queue.send([]);
      expect(await queue.receive(ten)).toEqual([]);
      if (capabilities.depth === "none") return;
      expect(await queue.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 0 });
    });
  });
}
