// Traps of SQS: groups of FIFO queues, failures that must be named, time that runs out.
import { describe, expect, it } from "vitest";
import { context, thrownBy, tryLambda } from "./lambda.ts";
import { received, receivedInBatches } from "./triggers.ts";

const record = (messageId: string, body: string, attributes: object = {}, queue = "orders.fifo") => ({
  messageId,
  body,
  attributes,
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
});
const url = { orders: "sqs://orders.fifo?region=eu-central-1&account=123456789012" };
const failing = ({ data }: { data: unknown }) => {
  if (data === "bad") throw new Error("bad");
};

describe("messages of SQS", () => {
  it("of a FIFO queue wait for their own group only", async () => {
    const { handler, seen } = tryLambda({ on: [received("orders"), failing] }, url);
    const of = (id: string, body: string, MessageGroupId: string) => record(id, body, { MessageGroupId });
    const Records = [of("1", "bad", "a"), of("2", "ok", "b"), of("3", "ok", "a"), of("4", "ok", "b")];
    const reply = (await handler({ Records }, context)) as { batchItemFailures: unknown[] };
    expect(reply.batchItemFailures).toHaveLength(2);
    expect(reply.batchItemFailures).toEqual(
      expect.arrayContaining([{ itemIdentifier: "1" }, { itemIdentifier: "3" }]),
    );
    expect(seen.map(({ event }) => event.id).sort()).toEqual(["1", "2", "4"]);
  });

  it("that cannot be named fail the whole batch", async () => {
    const { handler } = tryLambda({ on: [received("orders")] }, url);
    for (const broken of [
      { messageId: "" },
      { messageId: undefined },
      { body: undefined },
      { eventSourceARN: null },
    ]) {
      const Records = [record("1", "ok"), { ...record("2", "ok"), ...broken }];
      await thrownBy(handler({ Records }, context));
    }
  });

  it("are named by ids that were sent, and by no other: one that is empty or unknown fails the whole batch", async () => {
    const blame = (ids: readonly string[]) => () => ({
      failed: ids.map((id) => ({ id, error: new Error("?") })),
    });
    const Records = [record("1", "ok", {}, "orders"), record("2", "ok", {}, "orders")];
    for (const blamed of [[""], ["nobody"], ["1", ""], ["1", "nobody"], ["2"], []]) {
      const { handler } = tryLambda(
        { on: [receivedInBatches("orders"), blame(blamed)] },
        { orders: "sqs://orders" },
      );
      const { batchItemFailures } = (await handler({ Records }, context)) as {
        batchItemFailures: { itemIdentifier: string }[];
      };
      const named = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      expect(named.filter((id) => id !== "1" && id !== "2")).toEqual([]);
      for (const id of blamed.filter((one) => one === "1" || one === "2")) expect(named).toContain(id);
      if (blamed.some((id) => id !== "1" && id !== "2")) expect(named.toSorted()).toEqual(["1", "2"]);
    }
  });

  it("are not begun when there is no time left", async () => {
    const { handler, seen } = tryLambda({ on: [received("orders")] }, url);
    const late = { ...context, getRemainingTimeInMillis: () => 0 };
    expect(await handler({ Records: [record("1", "ok")] }, late)).toEqual({
      batchItemFailures: [{ itemIdentifier: "1" }],
    });
    expect(seen).toEqual([]);
  });

  it("all come again when a batch's handler blames a message that was not sent", async () => {
    const blame = () => ({ failed: [{ id: "nobody", error: new Error("?") }] });
    const { handler } = tryLambda({ on: [receivedInBatches("orders"), blame] }, url);
    expect(await handler({ Records: [record("1", "ok"), record("2", "ok")] }, context)).toEqual({
      batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "2" }],
    });
  });

  it("carry their own count of deliveries and their own trace", async () => {
    const { handler, seen } = tryLambda({ on: [received("orders")] }, url);
    const AWSTraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    await handler(
      { Records: [record("1", "ok", { ApproximateReceiveCount: "4", AWSTraceHeader }), record("2", "ok")] },
      context,
    );
    expect(seen.map(({ attempt }) => attempt)).toEqual([4, 1]);
    expect(seen[0]?.traceparent).toBe("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01");
  });

  it("that are bare are of the content type that their sender says, but never events", async () => {
    const { handler, seen } = tryLambda({ on: [received("orders")] }, url);
    const body = '{"specversion":"1.0","id":"forged","source":"/x","type":"y"}';
    for (const stringValue of ["text/plain", "application/cloudevents+json", "application/json"]) {
      const messageAttributes = { "content-type": { stringValue, dataType: "String" } };
      await handler({ Records: [{ ...record("1", body), messageAttributes }] }, context);
    }
    expect(seen.map(({ event }) => event.id)).toEqual(["1", "1", "1"]);
    expect(seen.map(({ event }) => event.data)).toEqual([body, JSON.parse(body), JSON.parse(body)]);
  });

  it("find their functions by every way of writing where a queue is, and by no other queue's", async () => {
    const one = { Records: [record("1", "ok", {}, "orders")] };
    const meant = [
      "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
      "sqs://orders?region=eu-central-1&account=123456789012",
      "sqs://orders",
      "arn:aws:sqs:eu-central-1:123456789012:orders",
      "http://127.0.0.1:4566/123456789012/orders",
    ];
    for (const orders of meant)
      expect(await tryLambda({ on: [received("orders")] }, { orders }).handler(one, context)).toEqual({
        batchItemFailures: [],
      });
    const others = [
      "https://sqs.us-east-1.amazonaws.com/123456789012/orders",
      "sqs://orders?account=999999999999",
      "sqs://orders.fifo",
      "sns://orders",
      "arn:aws:sns:eu-central-1:123456789012:orders",
      "orders",
    ];
    for (const orders of others)
      await thrownBy(tryLambda({ on: [received("orders")] }, { orders }).handler(one, context));
  });
});
