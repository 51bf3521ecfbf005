// The storage-queue driver against Azurite: the port's suite, and what is the driver's own.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { messageOf } from "../../src/queue/conformance/messages.ts";
import { testQueueDriver } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/storage-queue/index.ts";
import { type AzureQueues, startAzureQueues } from "./azure-queues.ts";
import { describeOn } from "./installed.ts";

const ten = { max: 10, visibilitySeconds: 30 };
const clock = { now: Date.now };

describeOn("Azurite queues", "npm", () => {
  testQueueDriver("the storage-queue driver and Azurite", {
    capabilities: {
      deduplication: "none",
      order: "none",
      delays: "seconds",
      depth: "sum",
      buriedBy: "receiver",
      maxBytes: 45_056,
      carries: "body",
    },
    open: startAzureQueues,
  });

  describe("the storage-queue driver", () => {
    let azurite: AzureQueues;
    beforeAll(async () => {
      azurite = await startAzureQueues();
    });
    afterAll(() => azurite.close());

    const openNew = async (name: string) => open(await azurite.create(name), { ...azurite, clock });

    it("sends what the host of Azure Functions expects: base64 of the bytes, kept until somebody takes them", async () => {
      const queue = await openNew("as-host");
      await queue.send([messageOf("a", { body: Buffer.from('{"t":21.5}') })]);
      const { peekedMessageItems } = await azurite.service.getQueueClient("as-host").peekMessages();
      expect(peekedMessageItems[0]?.messageText).toBe(Buffer.from('{"t":21.5}').toString("base64"));
      expect(peekedMessageItems[0]?.expiresOn.getFullYear()).toBe(9999);
    });

    it("hands over bare messages as the JSON, text or bytes that they are, under the queue's id", async () => {
      const queue = await openNew("bare");
      const bodies = [Buffer.from("[1]"), Buffer.from("text"), Buffer.from([0xff, 0])];
      await queue.send(bodies.map((body, place) => messageOf(`m${place}`, { body })));
      const received = await queue.receive(ten);
      expect(received.map(({ contentType }) => contentType).toSorted()).toEqual([
        "application/json",
        "application/octet-stream",
        "text/plain; charset=utf-8",
      ]);
      for (const { id } of received) expect(id).toMatch(/^[0-9a-f-]{36}$/);
    });

    it("settles a message that was extended more than once, by the receipt it came with", async () => {
      const queue = await openNew("extended");
      await queue.send([messageOf("a"), messageOf("b")]);
      for (const { receipt, id } of await queue.receive(ten)) {
        expect(await queue.extend(receipt, 60)).toBe(true);
        expect(await queue.extend(receipt, 90)).toBe(true);
        if (id === "a") expect(await queue.acknowledge([receipt])).toEqual([receipt]);
        else expect(await queue.bury(receipt, "bad")).toBe(true);
      }
      expect(await queue.depth()).toMatchObject({ ready: 0, dead: 1 });
    });

    it("buries the largest message that it sends, whatever the reason", async () => {
      const queue = await openNew("large");
      await queue.send([messageOf("large", { body: Buffer.alloc(45_056, "x") })]);
      const [message] = await queue.receive(ten);
      expect(await queue.bury(message!.receipt, "灯\n".repeat(100_000))).toBe(true);
      const [letter] = await queue.deadLetters({ limit: 1 });
      expect([letter?.body.length, letter?.reason.length]).toEqual([45_056, 1001]);
    });

    it("shows and puts back what the host gave up", async () => {
      const queue = await openNew("given-up");
      const text = Buffer.from(messageOf("a").body).toString("base64");
      await azurite.service.getQueueClient("given-up-poison").sendMessage(text);
      const [letter] = await queue.deadLetters({ limit: 10 });
      expect(letter).toMatchObject({ id: "a", attempts: 0, reason: "Azure Functions gave it up" });
      expect(await queue.replay(["a"])).toEqual(["a"]);
      expect((await queue.receive(ten))[0]).toMatchObject({ id: "a", attempt: 1 });
    });

    it("says what is wrong with a queue, and what would do", async () => {
      const missing = open(`storage-queue://${azurite.account}/missing`, { ...azurite, clock });
      await expect(missing.send([messageOf("a")])).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("no such queue"),
      });
      const key = Buffer.alloc(64, "another").toString("base64");
      const wrong = azurite
        .configuration("AZURE_STORAGE_CONNECTION_STRING")
        ?.replace(/AccountKey=[^;]+/, `AccountKey=${key}`);
      const refused = open(`storage-queue://${azurite.account}/large`, { configuration: () => wrong, clock });
      await expect(refused.receive(ten)).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringContaining("Storage Queue Data Message Processor"),
      });
    });
  });
});
