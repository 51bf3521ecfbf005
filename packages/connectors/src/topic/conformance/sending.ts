// Sending: everybody who subscribed gets everything, byte for byte, with the key it was sent with.
import { describe, expect, it } from "vitest";
import type { Topics } from "../conformance.ts";
import { messageOf, take, takeRest, textsOf } from "./messages.ts";

export function testSending({ open }: Topics): void {
  describe("sending", () => {
    it("reaches every subscriber, byte for byte, with the key as subject, in the order of sending", async () => {
      const { driver, subscribe, clock } = open();
      const subscribers = [subscribe("app/one"), subscribe("app/two")];
      for (const one of subscribers) expect(await takeRest(one, 0)).toEqual([]);
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await driver.publish([
        { ...messageOf("bytes", "ewr"), body },
        messageOf("b", "jfk"),
        messageOf("c", "ewr"),
      ]);
      for (const one of subscribers) {
        const received = await take(one, 3);
        expect([...received[0]!.body]).toEqual([...body]);
        expect(textsOf(received.slice(1))).toEqual(["b", "c"]);
        expect(received.map(({ subject }) => subject)).toEqual(["ewr", "jfk", "ewr"]);
        expect(received[0]).toMatchObject({ attempt: 1, sentAt: clock.now() });
        await one.close();
      }
      await driver.close();
    });

    it("is kept for a subscriber that is away", async () => {
      const { driver, subscribe } = open();
      const before = subscribe();
      await takeRest(before, 0);
      await before.close();
      await driver.publish([messageOf("a", "k"), messageOf("b", "k")]);
      const after = subscribe();
      expect(textsOf(await take(after, 2))).toEqual(["a", "b"]);
      await after.close();
      await driver.close();
    });

    it("carries a message of 1 MB", async () => {
      const { driver, subscribe } = open();
      const one = subscribe();
      await takeRest(one, 0);
      const body = new Uint8Array(1_000_000).map((_, place) => place % 251);
      await driver.publish([{ ...messageOf("large", "k"), body }]);
      const [received] = await take(one, 1);
      expect(Buffer.compare(received!.body, body)).toBe(0);
      await one.close();
      await driver.close();
    });

    it("tells two equal messages apart", async () => {
      const { driver, subscribe } = open();
      const one = subscribe();
      await takeRest(one, 0);
      await driver.publish([messageOf("same", "k"), messageOf("same", "k")]);
      const received = await take(one, 2);
      expect(new Set(received.map(({ id }) => id)).size).toBe(2);
      await one.close();
      await driver.close();
    });

    it("takes nothing for nothing", async () => {
      const { driver } = open();
      await driver.publish([]);
      await driver.close();
    });
  });
}
