// S3, SQS, SNS, EventBridge and IoT as they look to a function, and what they make of its answer.
import { deviceRuleSql } from "../../../../src/aws-lambda/device-rule.ts";
import { scheduleInput } from "../../../../src/aws-lambda/scheduled.ts";
import type { Answer, Message, MessageWay, ObjectWay, ScheduleWay, Verdict } from "../../column.ts";

const region = "eu-central-1";
const account = "123456789012";

/** An asynchronous invocation: two more attempts after an error, then the OnFailure destination. */
function asynchronous(answer: Answer): Verdict {
  return "thrown" in answer ? "again" : "acknowledged";
}

export const objectWays: readonly ObjectWay[] = [
  {
    title: "by bucket notification",
    permanent: "again",
    url: `s3://photos-bucket?region=${region}`,
    encode: ({ change, key, size, etag, version, time }) => ({
      Records: [
        {
          eventVersion: "2.1",
          eventSource: "aws:s3",
          awsRegion: region,
          eventTime: time,
          eventName: change === "created" ? "ObjectCreated:Put" : "ObjectRemoved:Delete",
          s3: {
            bucket: { name: "photos-bucket", arn: "arn:aws:s3:::photos-bucket" },
            object: { key: formEncode(key), size, eTag: etag, sequencer: version },
          },
        },
      ],
    }),
    verdict: asynchronous,
  },
  {
    title: "by EventBridge, under a prefix",
    permanent: "again",
    url: "s3://photos-bucket/in/here",
    encode: ({ change, key, size, etag, version, time }) => ({
      version: "0",
      "detail-type": change === "created" ? "Object Created" : "Object Deleted",
      source: "aws.s3",
      time: time.replace(/\.000Z$/, "Z"),
      resources: ["arn:aws:s3:::photos-bucket"],
      detail: {
        bucket: { name: "photos-bucket" },
        object: { key: `in/here/${key}`, size, etag, sequencer: version },
      },
    }),
    verdict: asynchronous,
  },
];

/** As `application/x-www-form-urlencoded` writes it, with slashes as they are. */
function formEncode(key: string): string {
  return new URLSearchParams([["k", key]]).toString().slice(2).replaceAll("%2F", "/");
}

function queue(title: string, suffix: "" | ".fifo"): MessageWay {
  return {
    title,
    kind: "queue",
    permanent: "again",
    several: suffix === "" ? "unordered" : "ordered",
    counts: true,
    url: (name) => `https://sqs.${region}.amazonaws.com/${account}/${name}${suffix}`,
    encode: (name, messages) => ({
      Records: messages.map(({ id, body, time, attempt }) => ({
        messageId: id,
        receiptHandle: `handle of ${id}`,
        body,
        attributes: {
          ApproximateReceiveCount: String(attempt),
          SentTimestamp: String(Date.parse(time)),
          ...(suffix === "" ? {} : { MessageGroupId: "one" }),
        },
        messageAttributes: {},
        eventSource: "aws:sqs",
        eventSourceARN: `arn:aws:sqs:${region}:${account}:${name}${suffix}`,
        awsRegion: region,
      })),
    }),
    verdicts: batchVerdicts,
  };
}

/** With ReportBatchItemFailures: an id that is not of the batch fails all of it, and no list acknowledges all of it. */
function batchVerdicts(answer: Answer, messages: readonly Message[]): Verdict[] {
  if ("thrown" in answer) return messages.map(() => "again");
  const { batchItemFailures = [] } = Object(answer.value) as {
    batchItemFailures?: { itemIdentifier: string }[];
  };
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const known = new Set(messages.map(({ id }) => id));
  const isValid = [...failed].every((id) => known.has(id));
  return messages.map(({ id }) => (!isValid || failed.has(id) ? "again" : "acknowledged"));
}

function single(verdict: (answer: Answer) => Verdict): MessageWay["verdicts"] {
  return (answer, messages) => messages.map(() => verdict(answer));
}

export const messageWays: readonly MessageWay[] = [
  queue("of a standard queue", ""),
  queue("of a FIFO queue", ".fifo"),
  {
    title: "of an SNS topic",
    kind: "topic",
    permanent: "again",
    several: false,
    counts: false,
    url: (name) => `sns://${name}?region=${region}&account=${account}`,
    encode: (name, [message]) => ({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: `arn:aws:sns:${region}:${account}:${name}:b6f3`,
          Sns: {
            Type: "Notification",
            MessageId: message?.id,
            TopicArn: `arn:aws:sns:${region}:${account}:${name}`,
            Subject: null,
            Message: message?.body,
            Timestamp: message?.time,
            MessageAttributes: {},
          },
        },
      ],
    }),
    verdicts: single(asynchronous),
  },
  {
    title: "of a device, by an IoT rule",
    kind: "topic",
    permanent: "again",
    several: false,
    counts: false,
    device: "7/roof",
    url: (name) => `mqtts://a1b2.iot.${region}.amazonaws.com/sites/+/${name}/%23`,
    encode: (name, [message]) => project(deviceRuleSql(`sites/+/${name}/#`), `sites/7/${name}/roof`, message),
    verdicts: single(asynchronous),
  },
  {
    title: "of a device, by an IoT rule of one topic",
    kind: "topic",
    permanent: "again",
    several: false,
    counts: false,
    device: "roof-gateway",
    url: (name) => `mqtts://a1b2.iot.${region}.amazonaws.com/${name}`,
    encode: (name, [message]) => project(deviceRuleSql(name), name, message),
    verdicts: single(asynchronous),
  },
];

/** What the rule's SQL makes of a message: a field for each function that it selects. */
function project(sql: string, topic: string, message: Message | undefined): unknown {
  const values: Record<string, unknown> = {
    "encode(*, 'base64')": Buffer.from(message?.body ?? "").toString("base64"),
    "topic()": topic,
    "timestamp()": Date.parse(message?.time ?? ""),
    "traceid()": message?.id,
    "clientid()": "roof-gateway",
  };
  const columns = /^SELECT (.*) FROM /.exec(sql)?.[1]?.split(/, (?!')/) ?? [];
  return Object.fromEntries(
    columns.map((column) => {
      const [expression = "", name = ""] = column.split(" AS ");
      return [name, values[expression]];
    }),
  );
}

export const scheduleWays: readonly ScheduleWay[] = [
  {
    title: "by EventBridge Scheduler",
    permanent: "again",
    encode: (app, functionName, due) =>
      JSON.parse(
        scheduleInput(app, functionName)
          .replace("<aws.scheduler.scheduled-time>", due)
          .replace("<aws.scheduler.execution-id>", "d32c5kddcf5bb8c3")
          .replace("<aws.scheduler.attempt-number>", "1"),
      ),
    verdict: asynchronous,
  },
];
