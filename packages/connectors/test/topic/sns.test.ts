// The sns driver against an emulator of SNS, whose topics fan out to a queue that is read here.
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTarget } from "../../src/topic/sns/target.ts";
import { open } from "../../src/topic/sns.ts";

const region = "eu-central-1";
let server: FauxqsServer;
let endpoint: string;
let sqs: SQSClient;
let arn: string;
let queueUrl: string;

beforeAll(async () => {
  process.env["AWS_ACCESS_KEY_ID"] = process.env["AWS_SECRET_ACCESS_KEY"] = "none";
  process.env["AWS_EC2_METADATA_DISABLED"] = "true";
  server = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false, defaultRegion: region });
  endpoint = `http://127.0.0.1:${server.port}`;
  const sns = new SNSClient({ region, endpoint });
  sqs = new SQSClient({ region, endpoint });
  arn = (await sns.send(new CreateTopicCommand({ Name: "alerts" }))).TopicArn ?? "";
  const { queueArn, queueUrl: url } = server.createQueue("inbox", { region });
  queueUrl = url;
  await sns.send(new SubscribeCommand({ TopicArn: arn, Protocol: "sqs", Endpoint: queueArn }));
  sns.destroy();
}, 60_000);
afterAll(async () => {
  sqs.destroy();
  await server.stop();
});

const url = (name = "alerts") =>
  `sns://${name}?region=${region}&account=${arn.split(":")[4]}&endpoint=${encodeURIComponent(endpoint)}`;

interface Notification {
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

async function received(count: number): Promise<Notification[]> {
  const all: Notification[] = [];
  while (all.length < count) {
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 5,
    });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) break;
    all.push(...Messages.map(({ Body = "" }) => JSON.parse(Body) as Notification));
  }
  return all;
}

const message = (id: string, body: string | Uint8Array, key?: string) => ({
  id,
  body: typeof body === "string" ? Buffer.from(body) : body,
  contentType: "application/json",
  ...(key === undefined ? {} : { key }),
});

describe("sns", () => {
  it("sends any number, with content type and key, in requests of ten and 256 KiB", async () => {
    const topic = open(url(), { name: "alerts" });
    const texts = Array.from({ length: 23 }, (_, n) =>
      JSON.stringify({ n, ü: "x".repeat(n < 3 ? 100_000 : 10) }),
    );
    await topic.publish(texts.map((text, n) => message(`m${n}`, text, n % 2 === 0 ? `d${n}` : undefined)));
    const all = await received(texts.length);
    expect(all.map(({ Message }) => Message).toSorted()).toEqual(texts.toSorted());
    for (const { Message, MessageAttributes } of all) {
      const { n } = JSON.parse(Message) as { n: number };
      expect(MessageAttributes?.["content-type"]?.Value).toBe("application/json");
      expect(MessageAttributes?.["key"]?.Value).toBe(n % 2 === 0 ? `d${n}` : undefined);
    }
    await topic.close();
  }, 60_000);

  it("sends nothing at all of messages that SNS could not carry", async () => {
    const topic = open(url(), { name: "alerts" });
    const bytes = topic.publish([message("text", "1"), message("bytes", Uint8Array.of(0x1f, 0x8b))]);
    await expect(bytes).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("bytes"),
    });
    await topic.close();
  });

  it("says which topic it could not reach", async () => {
    const topic = open(url("nowhere"), { name: "alerts" });
    await expect(topic.publish([message("a", "1")])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining(`:nowhere: `),
    });
    await topic.publish([]);
    await topic.close();
    const unreachable = open(`sns://a?region=${region}&account=000000000000&endpoint=http://127.0.0.1:1`, {
      name: "a",
    });
    await expect(unreachable.publish([message("a", "1")])).rejects.toMatchObject({ code: "unavailable" });
    await unreachable.close();
  }, 30_000);

  it("is named by its ARN, or by name, region and account", () => {
    const target = {
      arn: "arn:aws:sns:eu-west-1:123456789012:alerts",
      region: "eu-west-1",
      endpoint: undefined,
    };
    expect(parseTarget(target.arn, "alerts")).toEqual(target);
    expect(parseTarget("sns://alerts?region=eu-west-1&account=123456789012", "alerts")).toEqual(target);
    expect(parseTarget("arn:aws-cn:sns:cn-north-1:123456789012:a", "a").region).toBe("cn-north-1");
    for (const wrong of [
      "sns://alerts",
      "sns://alerts?region=eu-west-1",
      "arn:aws:sqs:eu-west-1:123456789012:alerts",
      "arn:aws:sns:eu-west-1:123456789012:alerts.fifo",
      "sns://me:secret@alerts?region=eu-west-1&account=123456789012",
      "sns://alerts?region=eu-west-1&account=123456789012&endpoint=ftp://x",
    ])
      expect(() => parseTarget(wrong, "alerts"), wrong).toThrow(/Cannot open alerts by SNS/);
  });
});
