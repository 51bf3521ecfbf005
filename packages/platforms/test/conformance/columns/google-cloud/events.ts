// How events look when Eventarc, Pub/Sub and Cloud Scheduler post them, and what each makes of the answer.
import { scheduleBody } from "../../../../src/google-cloud/scheduled.ts";
import type { Answer, CallWay, Message, MessageWay, ObjectWay, ScheduleWay, Verdict } from "../../column.ts";
import { repliesOf, type Sent } from "../http-and-events.ts";
import { post } from "./post.ts";

const project = "acme-prod";
const json = { "content-type": "application/json" };
/** https://cloud.google.com/pubsub/docs/push: any other status is a negative acknowledgement. */
const acknowledging = [102, 200, 201, 202, 204];

function pubSubVerdict(answer: Answer): Verdict {
  const replies = repliesOf(answer);
  const isDone = replies.length > 0 && replies.every(({ status }) => acknowledging.includes(status));
  return isDone ? "acknowledged" : "again";
}

function schedulerVerdict(answer: Answer): Verdict {
  const replies = repliesOf(answer);
  const isDone = replies.length > 0 && replies.every(({ status }) => status >= 200 && status < 300);
  return isDone ? "acknowledged" : "again";
}

const objectTypes = { created: "finalized", removed: "deleted" } as const;
/** Each has a trigger of its own, so a change is posted once for each. */
const objectFunctions = { created: ["created", "created-too"], removed: ["removed"] } as const;

function objectWay(title: string, url: string, prefix: string, structured: boolean): ObjectWay {
  return {
    title,
    permanent: "again",
    url,
    encode: ({ change, key, size, etag, version, time }): Sent[] => {
      const attributes = {
        specversion: "1.0",
        id: `id of ${version}`.replaceAll(" ", "-"),
        source: "//storage.googleapis.com/projects/_/buckets/photos-bucket",
        type: `google.cloud.storage.object.v1.${objectTypes[change]}`,
        subject: `objects/${prefix}${key}`,
        time: time.replace(/\.000Z$/, "Z"),
      };
      const data = {
        kind: "storage#object",
        bucket: "photos-bucket",
        name: `${prefix}${key}`,
        generation: version,
        size: String(size),
        etag,
      };
      const functions = objectFunctions[change];
      if (structured) {
        const body = JSON.stringify({ ...attributes, datacontenttype: "application/json", data });
        return functions.map((name) => post(name, { "content-type": "application/cloudevents+json" }, body));
      }
      const fields = Object.entries(attributes).map(([name, value]) => [
        `ce-${name}`,
        encodeURIComponent(value),
      ]);
      const headers = { ...Object.fromEntries(fields), ...json, "ce-bucket": "photos-bucket" };
      return functions.map((name) => post(name, headers, JSON.stringify(data)));
    },
    verdict: pubSubVerdict,
  };
}

export const objectWays: readonly ObjectWay[] = [
  objectWay("by Eventarc", "gs://photos-bucket", "", false),
  objectWay("by Eventarc, structured, under a prefix", "gs://photos-bucket/in/here", "in/here/", true),
];

/** Which function waits for which source; of one that nobody waits for, the operator's mistake. */
const receivers: Readonly<Record<string, string>> = {
  orders: "receive",
  readings: "receive-raw",
  parcels: "receive-many",
};

function messageWay(
  title: string,
  counts: boolean,
  encode: (name: string, message: Message) => Omit<Sent, "service" | "method" | "target">,
): MessageWay {
  return {
    title,
    kind: "topic",
    permanent: "again",
    several: false,
    counts,
    url: (name) => `pubsub://${name}?project=${project}`,
    encode: (name, [message]): Sent[] => {
      const { headers, body } = encode(name, message as Message);
      return [post(receivers[name] ?? name, Object.fromEntries(headers), body ?? "")];
    },
    verdicts: (answer, messages) => messages.map(() => pubSubVerdict(answer)),
  };
}

function envelope(name: string, { id, body, time, attempt }: Message): object {
  const data = Buffer.from(body).toString("base64");
  return {
    deliveryAttempt: attempt,
    message: {
      attributes: {},
      // An empty message has no data at all.
      ...(data === "" ? {} : { data }),
      messageId: id,
      message_id: id,
      publishTime: time,
      publish_time: time,
    },
    subscription: `projects/${project}/subscriptions/suite-test-${name}`,
  };
}

export const messageWays: readonly MessageWay[] = [
  messageWay("pushed in an envelope", true, (name, message) => ({
    headers: Object.entries(json),
    body: Buffer.from(JSON.stringify(envelope(name, message))),
  })),
  messageWay("by Eventarc", true, (name, message) => ({
    headers: Object.entries({
      ...json,
      "ce-specversion": "1.0",
      "ce-id": message.id,
      "ce-source": `//pubsub.googleapis.com/projects/${project}/topics/${name}`,
      "ce-type": "google.cloud.pubsub.topic.v1.messagePublished",
      "ce-time": message.time,
    }),
    body: Buffer.from(JSON.stringify(envelope(name, message))),
  })),
  messageWay("pushed bare, with metadata", false, (name, { id, body, time }) => ({
    headers: Object.entries({
      "x-goog-pubsub-subscription-name": `projects/${project}/subscriptions/suite-test-${name}`,
      "x-goog-pubsub-message-id": id,
      "x-goog-pubsub-publish-time": time,
    }),
    body: Buffer.from(body),
  })),
];

export const scheduleWays: readonly ScheduleWay[] = [
  {
    title: "by Cloud Scheduler",
    permanent: "again",
    encode: (app, functionName, due): Sent[] => [
      post(
        functionName,
        {
          ...json,
          "x-cloudscheduler": "true",
          "x-cloudscheduler-jobname": `${app}-test-${functionName}`,
          "x-cloudscheduler-scheduletime": due,
        },
        scheduleBody(app, functionName),
      ),
    ],
    verdict: schedulerVerdict,
  },
];

export const callWays: readonly CallWay[] = [
  {
    title: "by an authenticated POST",
    encode: (functionName, input): Sent[] => [
      post(
        functionName,
        { "content-type": "application/cloudevents+json" },
        JSON.stringify({
          specversion: "1.0",
          id: "c1",
          source: "/test",
          type: "dev.faasade.call",
          data: input,
        }),
      ),
    ],
    decode: (answer) => {
      const [reply] = repliesOf(answer);
      if (reply?.status === 204) return { output: null };
      const value = JSON.parse(Buffer.from(reply?.body ?? []).toString("utf8"));
      return reply?.status === 200 ? { output: value } : { code: value.code };
    },
  },
];
