// What the pubsub drivers send, through Google's fake of Pub/Sub, as Pub/Sub pushes it to a function.
import { type QueueDriver, type QueueSender, queue } from "@faasade/connectors/queue";
import { open as openQueue } from "@faasade/connectors/queue/pubsub";
import { type TopicSender, topic } from "@faasade/connectors/topic";
import { open as openTopic } from "@faasade/connectors/topic/pubsub";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeOn } from "../../../connectors/test/servers/installed.ts";
import { type PubSub, startPubSub } from "../../../connectors/test/servers/pubsub.ts";
import { received } from "../aws-lambda/triggers.ts";
import { ambient, anything, clock } from "../sender.ts";
import { tryGoogle } from "./google.ts";

const json = { "content-type": "application/json" };
describeOn("what the pubsub drivers send", "pubsub", () => {
  let pubsub: PubSub;
  beforeAll(async () => {
    pubsub = await startPubSub();
  });
  afterAll(() => pubsub.close());

  /** What a subscription of the topic holds, as Pub/Sub pushes it: https://cloud.google.com/pubsub/docs/push */
  async function pushed(name: string, format: "cloudevents" | "raw") {
    const path = `/v1/projects/acme/subscriptions/${name}:pull`;
    const { receivedMessages } = await pubsub.ask("POST", path, { maxMessages: 10 });
    const { post, seen } = tryGoogle({ take: [received("readings", format)] });
    const all = receivedMessages as { message: { attributes: { id: string } }; deliveryAttempt: number }[];
    const inOrder = all.toSorted((one, other) =>
      one.message.attributes.id < other.message.attributes.id ? -1 : 1,
    );
    for (const { message, deliveryAttempt } of inOrder)
      expect((await post("take", json, { message, deliveryAttempt, subscription: name })).status).toBe(204);
    return seen.map(({ event }) => event);
  }

  it("to a queue is the CloudEvent that a function on Google Cloud gets", async () => {
    const driver = openQueue(await pubsub.create("orders"), { ...pubsub, clock });
    const orders = queue("orders", anything);
    const sender = orders.connect(driver as QueueDriver, "send", ambient) as QueueSender<unknown>;
    const messages = [{ order: 7, note: "ümläut\n" }, { order: 8 }];
    const ids = await sender.sendAll(messages);
    const events = await pushed("orders", "cloudevents");
    // Those of one millisecond are in no order.
    expect(events.map(({ id }) => id)).toEqual(ids.toSorted());
    expect(ids.map((sent) => events.find(({ id }) => id === sent)?.data)).toEqual(messages);
    for (const event of events)
      expect(event).toMatchObject({
        source: "/orders",
        type: "dev.faasade.message",
        extensions: { traceparent: ambient.traceparent },
      });
  });

  it("bare to a topic is the same data there, about the same device", async () => {
    await pubsub.create("readings");
    const driver = openTopic("pubsub://readings?project=acme", pubsub);
    const readings = topic("readings", anything, { format: "raw" });
    const sender = readings.connect(driver, "send", ambient) as TopicSender<unknown>;
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await sender.sendAll([
      { id: "a", message: { t: 21.5 }, key: "Gerät 1" },
      { id: "b", message: "text" },
      { id: "c", message: bytes, key: "d2" },
      { id: "d", message: new Uint8Array() },
    ]);
    const events = await pushed("readings", "raw");
    expect(events.slice(0, 2).map(({ data }) => data)).toEqual([{ t: 21.5 }, "text"]);
    expect(Buffer.from(events[2]!.data as Uint8Array)).toEqual(Buffer.from(bytes));
    expect(Buffer.from(events[3]!.data as Uint8Array)).toHaveLength(0);
    expect(events.map(({ subject }) => subject)).toEqual(["Gerät 1", undefined, "d2", undefined]);
  });
});
