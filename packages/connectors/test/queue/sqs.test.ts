// What is the sqs driver's own: URLs, FIFO, partial failures, redrive, what it loads and what its errors say.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { DriverModule } from "@faasade/core/adapter";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { idsOf, messageOf } from "../../src/queue/conformance/messages.ts";
import { open } from "../../src/queue/sqs/index.ts";
import { requestsOf } from "../../src/queue/sqs/send.ts";
import { parseTarget } from "../../src/queue/sqs/target.ts";
import { failSome } from "./failing-sqs.ts";
import { region, type SqsServer, startSqs } from "./sqs-server.ts";

const clock = { now: Date.now };
const ten = { max: 10, visibilitySeconds: 30 };
let sqs: SqsServer;
let bare: SQSClient;

beforeAll(async () => {
  sqs = await startSqs();
  bare = new SQSClient({ region, endpoint: sqs.endpoint });
});

afterAll(async () => {
  bare.destroy();
  await sqs.server.stop();
});

const urlOf = (name: string): string => `${sqs.endpoint}/000000000000/${name}`;
const openAt = (name: string) => open(`${urlOf(name)}?region=${region}`, { clock });

describe("sqs URLs", () => {
  it.each([
    [
      "sqs://mails?region=eu-west-1&account=1234",
      { name: "mails", region: "eu-west-1", account: "1234", url: undefined },
    ],
    [
      "https://sqs.eu-west-1.amazonaws.com/1234/mails.fifo?group=message",
      { name: "mails.fifo", region: "eu-west-1", isFifo: true, group: "message" },
    ],
    [
      "arn:aws:sqs:eu-west-1:1234:mails",
      { name: "mails", region: "eu-west-1", account: "1234", isFifo: false },
    ],
  ])("read %s", (url, expected) => {
    expect(parseTarget(url)).toMatchObject(expected);
  });

  it.each([
    ["pubsub://mails", "sqs: URLs"],
    ["sqs://key:secret@mails", "no credentials"],
    ["sqs://mails?regoin=eu", "no parameter regoin"],
    ["sqs://mails?group=each", "queue or message"],
    ["sqs://mails?endpoint=http://key:secret@host", "without credentials"],
    ["sqs://mails/a", "no queue"],
    ["https://sqs.eu-west-1.amazonaws.com/a/b/c", "URLs of queues"],
  ])("refuse %s", (url, reason) => {
    expect(() => open(url, { clock })).toThrow(reason);
  });
});

describe("the sqs driver", () => {
  it("keeps the order of a FIFO queue, behind what is out", async () => {
    const queue = open(sqs.create("ordered.fifo"), { clock });
    await queue.send(Array.from({ length: 12 }, (_, place) => messageOf(`m${place}`)));
    const seen: string[] = [];
    for (let place = 0; place < 12; place += 1) {
      const [message] = await queue.receive({ max: 1, visibilitySeconds: 30 });
      expect(await queue.receive({ max: 1, visibilitySeconds: 30 })).toEqual([]);
      seen.push(message!.id);
      await queue.acknowledge([message!.receipt]);
    }
    expect(seen).toEqual(Array.from({ length: 12 }, (_, place) => `m${place}`));
    await queue.close();
  });

  it("puts ten messages and 1 MiB at most into a request", () => {
    const entry = (bytes: number) => ({ MessageBody: "x".repeat(bytes), MessageAttributes: {} });
    const sizes = (bytes: readonly number[]) => requestsOf(bytes.map(entry)).map((request) => request.length);
    expect(sizes(Array(25).fill(1))).toEqual([10, 10, 5]);
    expect(sizes([600_000, 448_576, 1, 1_048_576])).toEqual([2, 1, 1]);
  });

  it("sends again what SQS did not take of a request, and says how many are missing in the end", async () => {
    const url = sqs.create("partly");
    const failing = await failSome(sqs.endpoint);
    const queue = open(url.replace(encodeURIComponent(sqs.endpoint), encodeURIComponent(failing.endpoint)), {
      clock,
    });
    failing.refuse("b", { times: 2, senderFault: false });
    await queue.send(["a", "b", "c"].map((id) => messageOf(id)));
    expect(idsOf(await queue.receive(ten)).toSorted()).toEqual(["a", "b", "c"]);
    failing.refuse("e", { times: 100, senderFault: false });
    await expect(queue.send(["d", "e"].map((id) => messageOf(id)))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/Cannot send 1 of 2 messages .* The others were sent/),
    });
    expect(idsOf(await queue.receive(ten))).toEqual(["d"]);
    failing.refuse("f", { times: 1, senderFault: true });
    await expect(queue.send([messageOf("f")])).rejects.toMatchObject({ code: "unavailable" });
    await queue.close();
    await failing.stop();
  });

  it("shows what SQS itself gave up with a reason, and puts it back", async () => {
    const { queueArn } = sqs.server.createQueue("given-up-soon-dead", { region });
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn, maxReceiveCount: 2 });
    sqs.server.createQueue("given-up-soon", { region, attributes: { RedrivePolicy } });
    const soon = openAt("given-up-soon");
    await soon.send([messageOf("a")]);
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const [message] = await soon.receive(ten);
      expect(message?.attempt).toBe(attempt);
      await soon.release(message!.receipt, 0);
    }
    expect(await soon.receive(ten)).toEqual([]);
    const [letter] = await soon.deadLetters({ limit: 10 });
    expect(letter).toMatchObject({ id: "a", attempts: 2, reason: "SQS gave it up after 2 deliveries" });
    expect(await soon.replay(["a"])).toEqual(["a"]);
    expect((await soon.receive(ten))[0]).toMatchObject({
      id: "a",
      attempt: 1,
    });
    await soon.close();
  });

  it("hands over what others sent bare, under the id that SQS gave it, and buries it with what it had", async () => {
    const queue = open(sqs.create("foreign"), { clock });
    const MessageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, place) => [`theirs-${place}`, { DataType: "String", StringValue: "x" }]),
    );
    const command = { QueueUrl: urlOf("foreign"), MessageBody: '{"t":21.5}', MessageAttributes };
    const { MessageId } = await bare.send(new SendMessageCommand(command));
    const [message] = await queue.receive(ten);
    expect(message).toMatchObject({ id: MessageId, contentType: "text/plain; charset=utf-8", attempt: 1 });
    expect(Buffer.from(message!.body).toString()).toBe('{"t":21.5}');
    expect(await queue.bury(message!.receipt, "no\u0000use\ud800")).toBe(true);
    const [letter] = await queue.deadLetters({ limit: 1 });
    expect(letter).toMatchObject({ id: MessageId, reason: "no\ufffduse\ufffd" });
    const dead = new ReceiveMessageCommand({
      QueueUrl: urlOf("foreign-dead"),
      MessageAttributeNames: ["All"],
    });
    const { Messages } = await bare.send(dead);
    expect(Object.keys(Messages?.[0]?.MessageAttributes ?? {})).toHaveLength(10);
    await queue.close();
  });

  it("buries the largest message that it sends, whatever the reason", async () => {
    const queue = open(sqs.create("large"), { clock });
    await queue.send([messageOf("large", { body: Buffer.alloc(1_040_200, "x") })]);
    const [message] = await queue.receive(ten);
    expect(await queue.bury(message!.receipt, "ü".repeat(100_000))).toBe(true);
    const [letter] = await queue.deadLetters({ limit: 1 });
    expect([letter?.body.length, letter?.reason.length]).toEqual([1_040_200, 2001]);
    await queue.close();
  });

  it("sends no empty text, which SQS refuses", async () => {
    const queue = open(sqs.create("empty"), { clock });
    await queue.send([messageOf("nothing", { body: new Uint8Array() })]);
    expect(sqs.server.inspectQueue("empty")?.messages.ready[0]?.body.length).toBeGreaterThan(0);
    expect((await queue.receive(ten))[0]?.body).toHaveLength(0);
    await queue.close();
  });

  it("says what is wrong with a queue, and what would do", async () => {
    const missing = openAt("nowhere");
    const unavailable = { code: "unavailable", message: expect.stringContaining("no such queue") };
    await expect(missing.send([messageOf("a")])).rejects.toMatchObject(unavailable);
    sqs.server.createQueue("without", { region });
    const without = openAt("without");
    await expect(without.deadLetters({ limit: 1 })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("no redrive policy"),
    });
    expect(await without.depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 0 });
    const nobody = open("sqs://a?region=eu-west-1&endpoint=http://127.0.0.1:1", { clock });
    await expect(nobody.receive(ten)).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
    await Promise.all([missing.close(), without.close(), nobody.close()]);
  });

  it("refuses longer delays than SQS has, and ids that it cannot carry", async () => {
    const queue = open(sqs.create("refusing"), { clock });
    await expect(queue.send([messageOf("a", { delaySeconds: 901 })])).rejects.toMatchObject({
      code: "unsupported",
    });
    for (const id of ["", "a\u0000b"])
      await expect(queue.send([messageOf("first"), messageOf(id)])).rejects.toMatchObject({
        code: "invalid",
      });
    expect(await queue.receive(ten)).toEqual([]);
    await queue.close();
  });

  it("is a driver module, and loads no SDK before its first use", async () => {
    expectTypeOf(open).toExtend<DriverModule["open"]>();
    const probe = fileURLToPath(new URL("sqs-load-probe.ts", import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [probe]);
    expect(JSON.parse(stdout)).toEqual({ afterOpen: 0, afterUse: true });
  });
});
