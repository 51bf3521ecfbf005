// How events look when Knative's sources, Triggers and flows post them, and what it makes of the answer.
import type {
  Answer,
  ClientReply,
  Message,
  MessageWay,
  ObjectWay,
  ScheduleWay,
  Verdict,
} from "../../column.ts";
import { repliesOf, type Sent } from "../http-and-events.ts";

const json = { "content-type": "application/json" };
/** https://github.com/knative/eventing/blob/main/pkg/kncloudevents/retries.go: SelectiveRetry, and every 5xx. */
const sentAgain = [404, 408, 409, 429];

function post(name: string, headers: Readonly<Record<string, string>>, body: string | Uint8Array): Sent {
  const target = `/.faasade/events/${name}`;
  return {
    service: "events",
    method: "POST",
    target,
    headers: Object.entries(headers),
    body: Buffer.from(body),
  };
}

/** The worst of the answers: each function has a Trigger of its own. */
function verdict(answer: Answer): Verdict {
  const replies = repliesOf(answer);
  const isAgain = ({ status }: ClientReply): boolean => status >= 500 || sentAgain.includes(status);
  if (replies.length === 0 || replies.some(isAgain)) return "again";
  return replies.every(({ status }) => status >= 200 && status < 300) ? "acknowledged" : "given up";
}

function attributes(all: Readonly<Record<string, string>>): Record<string, string> {
  const fields = Object.entries({ specversion: "1.0", ...all });
  return Object.fromEntries(fields.map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]));
}

const objectFunctions = { created: ["created", "created-too"], removed: ["removed"] } as const;
const eventNames = { created: "ObjectCreated:Put", removed: "ObjectRemoved:Delete" } as const;

/** One record, as TriggerMesh posts it, and a notification with one in it, as an IntegrationSource of SQS does. */
function objectWay(title: string, type: string, isWrapped: boolean): ObjectWay {
  return {
    title,
    permanent: "given up",
    url: "s3://photos-bucket/in?region=eu-central-1",
    encode: ({ change, key, size, etag, version, time }): Sent[] => {
      const encoded = encodeURIComponent(`in/${key}`).replaceAll("%2F", "/").replaceAll("%20", "+");
      const object = {
        key: encoded,
        sequencer: version,
        ...(change === "created" ? { size, eTag: etag } : {}),
      };
      const record = {
        eventVersion: "2.1",
        eventSource: "aws:s3",
        awsRegion: "eu-central-1",
        eventTime: time,
        eventName: eventNames[change],
        s3: { s3SchemaVersion: "1.0", bucket: { name: "photos-bucket" }, object },
      };
      const headers = {
        ...json,
        ...attributes({ id: `id-${version}`, source: "arn:aws:s3:::photos-bucket", type }),
      };
      const body = JSON.stringify(isWrapped ? { Records: [record] } : record);
      return objectFunctions[change].map((name) => post(name, headers, body));
    },
    verdict,
  };
}

export const objectWays: readonly ObjectWay[] = [
  objectWay("by a record of TriggerMesh's", "com.amazon.s3.objectcreated", false),
  objectWay("by an IntegrationSource of SQS", "dev.knative.connector.event.aws-sqs", true),
];

/** Which function waits for which source; of one that nobody waits for, the operator's mistake. */
const receivers: Readonly<Record<string, string>> = {
  orders: "receive",
  readings: "receive-raw",
  parcels: "receive-many",
};

function kafkaSource(name: string): string {
  return `/apis/v1/namespaces/suite-test/kafkasources/${name}#${name}`;
}

const fromKafka: MessageWay = {
  title: "by a KafkaSource",
  kind: "topic",
  permanent: "given up",
  several: false,
  counts: false,
  // A partition and an offset name a record within its topic alone.
  bareId: (name, id) => `${kafkaSource(name)}#${id}`,
  url: (name) => `kafka://broker/${name}`,
  encode: (name, [message]): Sent[] => {
    const { id, body, time } = message as Message;
    const headers = attributes({
      id,
      source: kafkaSource(name),
      type: "dev.knative.kafka.event",
      time,
    });
    return [post(receivers[name] ?? name, { "content-type": "application/octet-stream", ...headers }, body)];
  },
  verdicts: (answer, messages) => messages.map(() => verdict(answer)),
};

export const messageWays: readonly MessageWay[] = [fromKafka];

export const scheduleWays: readonly ScheduleWay[] = [
  {
    title: "by a PingSource",
    permanent: "given up",
    encode: (app, functionName, due): Sent[] => {
      const late = due.replace("00Z", "00.381497Z");
      const source = `/apis/v1/namespaces/${app}-test/pingsources/${app}-${functionName}`;
      const headers = attributes({ id: "ping-1", source, type: "dev.knative.sources.ping", time: late });
      return [post(functionName, { ...json, ...headers }, JSON.stringify({ job: `${app}/${functionName}` }))];
    },
    verdict,
  },
];
