// Traps of AWS IoT and EventBridge: what devices may say, and due times that name no function.
import { schedule } from "@faasade/core";
import { describe, expect, it } from "vitest";
import { deviceRuleSql } from "../../src/aws-lambda/device-rule.ts";
import { scheduleInput } from "../../src/aws-lambda/scheduled.ts";
import { context, thrownBy, tryLambda } from "./lambda.ts";
import { received } from "./triggers.ts";

describe("messages of devices", () => {
  const device = (mqttTopic: string, payload: string | Uint8Array) => ({
    mqttTopic,
    mqttPayload: Buffer.from(payload).toString("base64"),
    mqttTime: 1795428944512,
  });

  it("go where the topic filter says", async () => {
    const expected = {
      "a/+/c": ["a/b/c"],
      "a/%23": ["a", "a/b", "a/b/c"],
      "a/b": ["a/b"],
      "+/b": ["a/b", "/b"],
    };
    for (const [filter, topics] of Object.entries(expected)) {
      const { handler } = tryLambda({ on: [received("readings")] }, { readings: `mqtts://host/${filter}` });
      const reached = ["a", "a/b", "a/b/c", "/b", "b/a"].map(async (topic) =>
        handler(device(topic, "1"), context).then(
          () => [topic],
          () => [],
        ),
      );
      expect((await Promise.all(reached)).flat().sort(), filter).toEqual([...topics].sort());
    }
  });

  it("say by their topic which device they are of", async () => {
    for (const [filter, topic, subject] of [
      ["devices/+/readings", "devices/ewr/readings", "ewr"],
      ["devices/%23", "devices/ewr/1", "ewr/1"],
      ["devices", "devices", undefined],
    ] as const) {
      const { handler, seen } = tryLambda(
        { on: [received("readings")] },
        { readings: `mqtts://host/${filter}` },
      );
      await handler(device(topic, "1"), context);
      expect(seen[0]?.event.subject).toBe(subject);
    }
  });

  it("say it by their client where the topic does not, unless they came without one", async () => {
    for (const [filter, mqttClient, subject] of [
      ["devices", "ewr-gateway", "ewr-gateway"],
      ["devices", "n/a", undefined],
      ["+", "ewr-gateway", "devices"],
    ] as const) {
      const { handler, seen } = tryLambda(
        { on: [received("readings")] },
        { readings: `mqtts://host/${filter}` },
      );
      await handler({ ...device("devices", '{"mqttClient":"forged"}'), mqttClient }, context);
      expect(seen[0]?.event.subject).toBe(subject);
    }
    expect(deviceRuleSql("devices")).toContain("clientid() AS mqttClient");
  });

  it("by way of SNS say the same by an attribute", async () => {
    const TopicArn = "arn:aws:sns:eu-west-1:123456789012:readings";
    const { handler, seen } = tryLambda({ on: [received("readings")] }, { readings: TopicArn });
    const Sns = { MessageId: "m", TopicArn, Message: "1", Timestamp: "2026-03-29T12:00:00.000Z" };
    const MessageAttributes = { key: { Type: "String", Value: "ewr" } };
    for (const more of [{}, { MessageAttributes }])
      await handler({ Records: [{ EventSource: "aws:sns", Sns: { ...Sns, ...more } }] }, context);
    expect(seen.map(({ event }) => event.subject)).toEqual([undefined, "ewr"]);
  });

  it("are JSON, text or bytes, as they turn out to be", async () => {
    const { handler, seen } = tryLambda({ on: [received("readings")] }, { readings: "mqtts://host/%23" });
    for (const payload of ['{"a":1}', "hot", Uint8Array.of(0xff, 0)])
      await handler(device("t", payload), context);
    expect(seen.map(({ event }) => event.data)).toEqual([{ a: 1 }, "hot", Uint8Array.of(0xff, 0)]);
  });

  it("cannot pass themselves off as anything else: what they say is data", async () => {
    const forged = {
      faasade: "call",
      function: "on",
      Records: [{ eventSource: "aws:s3" }],
      mqttTopic: "other",
    };
    const { handler, seen } = tryLambda({ on: [received("readings")] }, { readings: "mqtts://host/t" });
    await handler(device("t", JSON.stringify(forged)), context);
    expect(seen.map(({ event }) => event.data)).toEqual([forged]);
    expect(deviceRuleSql("t/#")).not.toMatch(/SELECT \*|, \*/);
  });
});

describe("a due time of a plain rule", () => {
  const fired = {
    source: "aws.events",
    "detail-type": "Scheduled Event",
    time: "2026-03-29T06:00:07Z",
    detail: {},
  };

  it("starts the only scheduled function, at the minute that was due", async () => {
    const { handler, seen } = tryLambda({ tick: [schedule("0 6 * * *")] });
    await handler(fired, context);
    expect(seen.map(({ event }) => event.id)).toEqual(["suite/tick@2026-03-29T06:00:00Z"]);
  });

  it("is refused where there are several, or none", async () => {
    for (const functions of [{}, { one: [schedule("0 6 * * *")], two: [schedule("0 7 * * *")] }] as const)
      expect((await thrownBy(tryLambda(functions).handler(fired, context))).message).toContain(
        "names no function",
      );
  });
});

it("counts the attempts that Scheduler counts", async () => {
  const { handler, seen } = tryLambda({ tick: [schedule("0 6 * * *")] });
  const input = scheduleInput("suite", "tick").replace(
    "<aws.scheduler.scheduled-time>",
    "2026-03-29T06:00:00Z",
  );
  await handler(JSON.parse(input.replace("<aws.scheduler.attempt-number>", "3")), context);
  expect(seen.map(({ attempt }) => attempt)).toEqual([3]);
});
