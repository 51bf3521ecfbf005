// What the sqs driver sends, through a server that speaks SQS, as AWS Lambda hands it to a function.
import { type QueueDriver, type QueueSender, queue } from "@faasade/connectors/queue";
import { open } from "@faasade/connectors/queue/sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ambient, anything, clock } from "../sender.ts";
import { context, tryLambda } from "./lambda.ts";
import { received } from "./triggers.ts";

const region = "eu-central-1";
let server: FauxqsServer;

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
  server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: region });
});

afterAll(() => server.stop());

/** Sends through the driver; returns what a function of Lambda sees of it. */
async function sentToLambda(name: string, format: "cloudevents" | "raw", messages: readonly unknown[]) {
  const attributes: Record<string, string> = name.endsWith(".fifo") ? { FifoQueue: "true" } : {};
  const { queueArn } = server.createQueue(name, { region, attributes });
  const driver = open(`http://127.0.0.1:${server.port}/000000000000/${name}?region=${region}`, { clock });
  const orders = queue("orders", anything, { format });
  const sender = orders.connect(driver as QueueDriver, "send", ambient) as QueueSender<unknown>;
  const ids = await sender.sendAll(messages);
  const Records = (server.inspectQueue(name)?.messages.ready ?? []).map((message) => ({
    messageId: message.messageId,
    body: message.body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: String(message.sentTimestamp),
      ...(message.messageGroupId === undefined ? {} : { MessageGroupId: message.messageGroupId }),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.messageAttributes).map(([key, { DataType, StringValue }]) => [
        key,
        { stringValue: StringValue, dataType: DataType },
      ]),
    ),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
  }));
  const { handler, seen } = tryLambda({ on: [received("orders", format)] }, { orders: queueArn });
  const reply = await handler({ Records }, context);
  await driver.close();
  return { ids, reply, events: seen.map(({ event }) => event) };
}

describe("what the sqs driver sends", () => {
  it.each(["orders", "orders.fifo"])(
    "to %s is the CloudEvent that a function on AWS Lambda gets",
    async (name) => {
      const messages = [{ order: 7, note: "ümläut\n" }, { order: 8 }];
      const { ids, reply, events } = await sentToLambda(name, "cloudevents", messages);
      expect(reply).toEqual({ batchItemFailures: [] });
      expect(events.map(({ id }) => id)).toEqual(ids);
      expect(events.map(({ data }) => data)).toEqual(messages);
      for (const event of events)
        expect(event).toMatchObject({
          source: "/orders",
          type: "dev.faasade.message",
          extensions: { traceparent: ambient.traceparent },
        });
    },
  );

  it("bare is the same data there: JSON, text, bytes that are no text, and nothing", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const { reply, events } = await sentToLambda("bare", "raw", [
      { t: 21.5 },
      "text",
      bytes,
      new Uint8Array(),
    ]);
    expect(reply).toEqual({ batchItemFailures: [] });
    expect(events.slice(0, 2).map(({ data }) => data)).toEqual([{ t: 21.5 }, "text"]);
    expect(Buffer.compare(events[2].data, bytes)).toBe(0);
    expect(Buffer.from(events[3].data)).toHaveLength(0);
    expect(events.map(({ datacontenttype }) => datacontenttype)).toEqual([
      "application/json",
      "text/plain; charset=utf-8",
      "application/octet-stream",
      "application/octet-stream",
    ]);
  });
});
