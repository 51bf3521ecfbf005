import { matchesKey } from "@faasade/core/adapter";
import { schedule, toAws } from "@faasade/schedules";
import { describe, expect, it } from "vitest";
import { deviceRuleSql } from "../../src/aws-lambda/device-rule.ts";
import { scheduleInput } from "../../src/aws-lambda/scheduled.ts";
import { type Choices, deploymentOf } from "./apps.ts";
import { everyTrigger, describe as fn, grant } from "./every-trigger.ts";
import {
  notesOf,
  propertiesOf,
  type ReadTemplate,
  resourcesOf,
  templateOf,
  variablesOf,
} from "./read-template.ts";

const shop = templateOf(deploymentOf("shop", everyTrigger));
const shopAsOne = templateOf(deploymentOf("shop", everyTrigger, { unit: "app" }));

describe("a schedule", () => {
  it("is said in AWS's dialect and in its time zone, exactly on time, once per expression", () => {
    const { expressions } = toAws(schedule({ cron: "30 2 1 * 1", timeZone: "Europe/Berlin" }));
    const schedules = resourcesOf(shop, "AWS::Scheduler::Schedule").map(([, { Properties }]) => Properties);
    expect(expressions).toHaveLength(2);
    expect(schedules.map((one) => one["ScheduleExpression"])).toEqual(expressions);
    for (const one of schedules)
      expect(one).toMatchObject({
        ScheduleExpressionTimezone: "Europe/Berlin",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: { Input: scheduleInput("shop", "nightly") },
      });
  });
});

describe("an object", () => {
  const patternOf = (template: ReadTemplate, id: string) =>
    propertiesOf(template, id)["EventPattern"] as {
      "detail-type": string[];
      detail: { object: { key: Record<string, unknown>[] } };
    };

  it("starts a function by the endings it names, whatever their case, or by its prefix", () => {
    expect(patternOf(shop, "ImportFileRule").detail.object.key).toEqual([
      { suffix: { "equals-ignore-case": ".csv" } },
      { suffix: { "equals-ignore-case": ".TSV" } },
    ]);
    expect(patternOf(shop, "ImportArchiveRule").detail.object.key).toEqual([{ prefix: "archive/" }]);
    expect(patternOf(shop, "ForgetFileRule")["detail-type"]).toEqual(["Object Deleted"]);
  });

  it("starts nothing where the store keeps its own books", () => {
    const [own] = patternOf(shop, "ForgetFileRule").detail.object.key;
    expect(own).toEqual({ "anything-but": { prefix: ".faasade/" } });
    expect(matchesKey({}, ".faasade/claims/1")).toBe(false);
  });

  it("comes once to an app that is one unit, however many of its functions wait for it", () => {
    const rules = resourcesOf(shopAsOne, "AWS::Events::Rule");
    expect(rules.map(([id]) => id)).toEqual(["ImportFileRule", "ForgetFileRule"]);
    expect(patternOf(shopAsOne, "ImportFileRule").detail.object.key).toEqual([
      { suffix: { "equals-ignore-case": ".csv" } },
      { suffix: { "equals-ignore-case": ".TSV" } },
      { prefix: "archive/" },
    ]);
  });
});

describe("a message", () => {
  it("is hidden for six times the function's time, and given up after as many deliveries as it says", () => {
    expect(propertiesOf(shop, "JobsQueue")).toMatchObject({
      VisibilityTimeout: 126,
      RedrivePolicy: {
        deadLetterTargetArn: { "Fn::GetAtt": ["JobsQueueDeadLetters", "Arn"] },
        maxReceiveCount: 7,
      },
    });
  });

  it("comes alone unless the function asks for batches", () => {
    expect(propertiesOf(shop, "WorkMessages")).toMatchObject({ BatchSize: 1 });
    expect(propertiesOf(shop, "TakeReadingsMessages")).toMatchObject({
      BatchSize: 500,
      MaximumBatchingWindowInSeconds: 1,
    });
    expect(notesOf(shop, "take-readings")).toEqual([expect.stringContaining("up to 1 s")]);
  });

  it("of a topic comes once to an app that is one unit", () => {
    const twice = ["one", "two"].map((name) =>
      fn({
        name,
        trigger: { kind: "message", source: "sales", sourceKind: "topic", format: "raw" },
        grants: [grant("topic", "sales", "trigger")],
      }),
    );
    const count = (unit: NonNullable<Choices["unit"]>) =>
      resourcesOf(templateOf(deploymentOf("shop", twice, { unit })), "AWS::SNS::Subscription").length;
    expect([count("function"), count("app")]).toEqual([2, 1]);
  });
});

describe("a device's message", () => {
  it("comes byte for byte by a rule of AWS IoT, whose filter the operator gives", () => {
    const { TopicRulePayload } = propertiesOf(shop, "LogTemperatureDeviceRule");
    expect(TopicRulePayload).toMatchObject({
      Sql: { "Fn::Sub": deviceRuleSql(`\${TemperaturesTopicFilter}`) },
      Actions: [{ Lambda: { FunctionArn: { "Fn::GetAtt": ["LogTemperatureFunction", "Arn"] } } }],
      ErrorAction: { Sqs: { QueueUrl: { Ref: "DeadLetters" } } },
    });
    expect(shop.Parameters["TemperaturesTopicFilter"]).not.toHaveProperty("Default");
    expect(variablesOf(shop, "LogTemperatureFunction")["TEMPERATURES_URL"]).toEqual({
      Ref: "TemperaturesUrl",
    });
  });
});

describe("a store", () => {
  it("is created unless the operator names one, with a name that no reference computes", () => {
    expect(shop.Parameters["InboxBucketName"]).toMatchObject({ Default: "" });
    expect(shop.Conditions?.["CreateInboxBucket"]).toEqual({
      "Fn::Equals": [{ Ref: "InboxBucketName" }, ""],
    });
    expect(shop.Resources["InboxBucket"]).toMatchObject({
      Condition: "CreateInboxBucket",
      DeletionPolicy: "Retain",
      UpdateReplacePolicy: "Retain",
      Properties: { BucketName: { "Fn::Sub": `shop-test-inbox-\${AWS::AccountId}` } },
    });
  });

  it("is closed to the public, encrypted, reached over TLS alone, and tells EventBridge", () => {
    expect(propertiesOf(shop, "InboxBucket")).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      BucketEncryption: { ServerSideEncryptionConfiguration: [expect.anything()] },
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    for (const id of ["InboxBucketPolicy", "JobsQueuePolicy", "DeadLettersPolicy", "SalesTopicPolicy"])
      expect(JSON.stringify(shop.Resources[id]), id).toContain('{"aws:SecureTransport":"false"}');
  });

  it("of another app is never created here: its ARN must be given", () => {
    expect(shop.Parameters["OtherSalesTopicArn"]).not.toHaveProperty("Default");
    expect(shop.Resources).not.toHaveProperty("OtherSalesTopic");
  });
});
