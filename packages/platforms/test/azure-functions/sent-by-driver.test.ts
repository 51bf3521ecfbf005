// What the service-bus driver sends, through a double of Service Bus, as Azure's host hands it to a function.
import { type TopicSender, topic } from "@faasade/connectors/topic";
import { open } from "@faasade/connectors/topic/service-bus";
import { messageReceived } from "@faasade/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ServiceBusDouble,
  type StoredMessage,
  startServiceBus,
} from "../../../connectors/test/topic/service-bus-double.ts";
import { ambient, anything, clock } from "../sender.ts";
import { tryAzure } from "./fixture.ts";
import { invokeOnWire } from "./node-worker.ts";

let double: ServiceBusDouble;
beforeAll(async () => {
  double = await startServiceBus(["readings"]);
});
afterAll(() => double.close());

interface Sent {
  readonly message: unknown;
  readonly id?: string;
  readonly key?: string;
}

interface Got {
  readonly id: string;
  readonly source: string;
  readonly subject?: string;
  readonly data: unknown;
}

/** As the host's extension binds a message (ServiceBusTriggerBindingStrategy.cs), over gRPC. */
function onWire({ messageId, label, contentType, properties, body }: StoredMessage, place: number) {
  const text = (string: string | undefined) => (string === undefined ? {} : { string });
  return {
    data: { bytes: body },
    triggerMetadata: {
      MessageId: text(messageId),
      DeliveryCount: { int: 1 },
      EnqueuedTimeUtc: { json: '"2026-11-23T06:00:00.123Z"' },
      SequenceNumber: { int: place },
      ContentType: text(contentType),
      Subject: text(label),
      Label: text(label),
      ApplicationProperties: { json: JSON.stringify(properties) },
      UserProperties: { json: JSON.stringify(properties) },
    },
  };
}

/** Sends through the driver; returns what a function of Azure sees of it, in the order of ids. */
async function sentToAzure(format: "cloudevents" | "raw", messages: readonly Sent[]) {
  const url = `service-bus://acme/readings?endpoint=${encodeURIComponent(double.origin)}`;
  const configuration = () => double.connectionString;
  const driver = open(url, { name: "readings", clock, configuration });
  const readings = topic("readings", anything, { format });
  const from = double.messages.length;
  const sender = readings.connect(driver, "send", ambient) as TopicSender<unknown>;
  const ids = await sender.sendAll(messages);
  await driver.close();
  const seen: Got[] = [];
  const { worker } = await tryAzure(
    { take: [messageReceived(readings), (event: Got) => void seen.push(event)] },
    { readings: "service-bus://acme/readings" },
  );
  const stored = double.messages.slice(from);
  const inOrder = ids.map((id) => stored.find(({ messageId }) => messageId === id) as StoredMessage);
  for (const [place, message] of inOrder.entries())
    await invokeOnWire(worker, "take", onWire(message, place));
  return { ids, events: seen };
}

describe("what the service-bus driver sends", () => {
  it("is the CloudEvent that a function on Azure gets", async () => {
    const messages = [
      { message: { celsius: 7, note: "ümläut\n" }, key: "dächle/1" },
      { message: { celsius: 8 } },
    ];
    const { ids, events } = await sentToAzure("cloudevents", messages);
    expect(events.map(({ id }) => id)).toEqual(ids);
    expect(events.map(({ data }) => data)).toEqual(messages.map(({ message }) => message));
    expect(events.map(({ subject }) => subject)).toEqual(["dächle/1", undefined]);
    for (const event of events)
      expect(event).toMatchObject({
        source: "/readings",
        type: "dev.faasade.message",
        extensions: { traceparent: ambient.traceparent },
      });
  });

  it("bare is the same data there: JSON, text, bytes that are no text, and nothing", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const all = [{ t: 21.5 }, "text", bytes, new Uint8Array()].map((message) => ({ message }));
    const { ids, events } = await sentToAzure("raw", all);
    expect(events.map(({ id, source }) => [id, source])).toEqual(ids.map((id) => [id, "/readings"]));
    expect(events.slice(0, 2).map(({ data }) => data)).toEqual([{ t: 21.5 }, "text"]);
    expect(Buffer.compare(events[2]?.data as Uint8Array, bytes)).toBe(0);
    expect(Buffer.from(events[3]?.data as Uint8Array)).toHaveLength(0);
  });

  it("bare says what it is about, also where the worker makes a number of it", async () => {
    const keys = ["roof", "52e8", "007", "12345678901234567890", "true", "dächle", 'a "b"', " x "];
    const { events } = await sentToAzure(
      "raw",
      keys.map((key) => ({ message: {}, key })),
    );
    expect(events.map(({ subject }) => subject)).toEqual(keys);
  });
});
