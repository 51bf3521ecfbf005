// The pubsub drivers against Google's fake of Pub/Sub: the queue port's suite, and what is the drivers' own on a server.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../../src/queue/conformance/messages.ts";
import { testQueueDriver } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/pubsub/index.ts";
import { open as openTopic } from "../../src/topic/pubsub.ts";
import { describeOn } from "./installed.ts";
import { type PubSub, startPubSub } from "./pubsub.ts";

const ten = { max: 10, visibilitySeconds: 30 };
const clock = { now: Date.now };

describeOn("Google's fake of Pub/Sub", "pubsub", () => {
  testQueueDriver("the pubsub driver and Google's fake", {
    capabilities: {
      deduplication: "none",
      receipts: "while-hidden",
      order: "none",
      delays: "none",
      depth: "none",
      buriedBy: "receiver",
    },
    open: startPubSub,
  });

  describe("the pubsub drivers", () => {
    let pubsub: PubSub;
    beforeAll(async () => {
      pubsub = await startPubSub();
    });
    afterAll(() => pubsub.close());

    const openNew = async (name: string) => open(await pubsub.create(name), { ...pubsub, clock });
    const pull = async (name: string) => {
      const path = `/v1/projects/acme/subscriptions/${name}:pull`;
      const { receivedMessages = [] } = await pubsub.ask("POST", path, { maxMessages: 5000 });
      return receivedMessages as { message: { data: string; attributes: Record<string, string> } }[];
    };

    it("send any number, in requests that Pub/Sub takes", async () => {
      const queue = await openNew("many");
      const large = Array.from({ length: 3 }, (_, place) =>
        messageOf(`large-${place}`, { body: Buffer.alloc(4_000_000, place) }),
      );
      const small = Array.from({ length: 2_300 }, (_, place) => messageOf(`m${place}`));
      await queue.send([...large, ...small]);
      const ids = (await pull("many")).map(({ message }) => message.attributes["id"]);
      expect(ids.toSorted()).toEqual([...large, ...small].map(({ id }) => id).toSorted());
    });

    it("bury the largest message that they send, whatever the reason, and send no larger one", async () => {
      const queue = await openNew("large");
      const most = 7_487_000;
      await queue.send([messageOf("large", { body: Buffer.alloc(most, "x") })]);
      const [message] = await queue.receive(ten);
      expect(await queue.bury(message!.receipt, "灯\n".repeat(100_000))).toBe(true);
      const [letter] = await queue.deadLetters({ limit: 1 });
      expect(letter?.body.length).toBe(most);
      expect(letter?.reason).toMatch(/^(灯\n)+灯?…$/);
      const larger = [messageOf("small"), messageOf("larger", { body: Buffer.alloc(most + 5_000) })];
      await expect(queue.send(larger)).rejects.toMatchObject({ code: "too_large" });
      expect(await queue.receive(ten)).toEqual([]);
    });

    it("send nothing of what holds an id that no attribute can hold", async () => {
      const queue = await openNew("ids");
      for (const id of ["", "\ud800", "x".repeat(1025)])
        await expect(queue.send([messageOf("a"), messageOf(id)])).rejects.toMatchObject({ code: "invalid" });
      expect(await queue.receive(ten)).toEqual([]);
      await queue.send([messageOf("ü".repeat(512))]);
      expect(await queue.receive(ten)).toHaveLength(1);
    });

    it("show and put back what Pub/Sub gave up, and leave alone what is another subscription's", async () => {
      const queue = await openNew("given-up");
      const own = {
        CloudPubSubDeadLetterSourceDeliveryCount: "7",
        CloudPubSubDeadLetterSourceSubscription: "given-up",
        CloudPubSubDeadLetterSourceTopicPublishTime: "2026-11-30T10:00:00.000+00:00",
      };
      const letters = [
        { data: Buffer.from("one").toString("base64"), attributes: { id: "a", ...own } },
        {
          data: Buffer.from("other").toString("base64"),
          attributes: { id: "b", ...own, CloudPubSubDeadLetterSourceSubscription: "another" },
        },
      ];
      await pubsub.ask("POST", "/v1/projects/acme/topics/given-up-dead:publish", { messages: letters });
      const seen = await queue.deadLetters({ limit: 10 });
      expect(seen).toEqual([
        expect.objectContaining({
          id: "a",
          attempts: 7,
          reason: "Pub/Sub gave it up after 7 deliveries",
          sentAt: Date.parse("2026-11-30T10:00:00Z"),
        }),
      ]);
      expect(await queue.replay(["a", "b"])).toEqual(["a"]);
      const [again] = await pull("given-up");
      expect(again?.message.attributes).toEqual({ id: "a" });
      expect((await pull("given-up-dead")).map(({ message }) => message.attributes["id"])).toEqual(["b"]);
    });

    it("send to a topic with content type and key, for every subscription", async () => {
      await pubsub.create("alerts");
      const topic = openTopic("pubsub://alerts?project=acme", pubsub);
      await topic.publish([]);
      const body = Uint8Array.from({ length: 256 }, (_, byte) => byte);
      await topic.publish([
        { id: "a", body, contentType: "application/octet-stream", key: "Gerät 1" },
        { id: "b", body: new Uint8Array(), contentType: "text/plain; charset=utf-8", key: "" },
      ]);
      const received = (await pull("alerts")).map(({ message: { data = "", attributes } }) => ({
        data,
        attributes,
      }));
      expect(
        received.toSorted((one, other) => (one.attributes["id"]! < other.attributes["id"]! ? -1 : 1)),
      ).toEqual([
        {
          data: Buffer.from(body).toString("base64"),
          attributes: { "content-type": "application/octet-stream", id: "a", key: "Gerät 1" },
        },
        { data: "", attributes: { "content-type": "text/plain; charset=utf-8", id: "b" } },
      ]);
      await topic.close();
    });

    it("say what is wrong with a queue, and what would do", async () => {
      const missing = open("pubsub://missing?project=acme&subscription=missing", { ...pubsub, clock });
      await expect(missing.send([messageOf("a")])).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringMatching(/missing at http:.*there is no topics\/missing\. Create it/),
      });
      await expect(missing.receive(ten)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("there is no subscriptions/missing. Create it"),
      });
      await expect(missing.deadLetters({ limit: 1 })).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("Add dead-letters=…"),
      });
      const sender = open("pubsub://missing?project=acme", { ...pubsub, clock });
      await expect(sender.receive(ten)).rejects.toMatchObject({
        code: "unsupported",
        message: expect.stringContaining("Add subscription=…"),
      });
    });
  });
});
