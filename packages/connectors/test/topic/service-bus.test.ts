// The service-bus driver against a double of the REST API, and the real library of Azure's identities.
import type { Clock } from "@faasade/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { TopicDriver } from "../../src/topic/driver.ts";
import { parseTarget } from "../../src/topic/service-bus/target.ts";
import { open } from "../../src/topic/service-bus.ts";
import { type ServiceBusDouble, startServiceBus } from "./service-bus-double.ts";

const variable = "AZURE_SERVICEBUS_CONNECTIONSTRING";
let double: ServiceBusDouble;
const opened: TopicDriver[] = [];

beforeEach(async () => {
  double = await startServiceBus(["alerts", "europe/alerts"]);
});
afterEach(async () => {
  for (const topic of opened.splice(0)) await topic.close();
  await double.close();
});

interface Opening {
  readonly topic?: string;
  readonly connection?: string | undefined;
  readonly clock?: Clock;
  readonly origin?: string;
}

function openTopic(opening: Opening = {}): TopicDriver {
  const { topic = "alerts", clock = { now: Date.now }, origin = double.origin } = opening;
  const connection = "connection" in opening ? opening.connection : double.connectionString;
  const url = `service-bus://acme/${topic}?endpoint=${encodeURIComponent(origin)}`;
  const configuration = (name: string) => (name === variable ? connection : undefined);
  opened.push(open(url, { name: "alerts", clock, configuration }));
  return opened.at(-1) as TopicDriver;
}

const message = (id: string, body: string | Uint8Array = "{}", key?: string) => ({
  id,
  body: typeof body === "string" ? Buffer.from(body) : body,
  contentType: "application/json",
  ...(key === undefined ? {} : { key }),
});

describe("service-bus", () => {
  it("sends bytes, content type, id and key as they are, and no other property", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await openTopic().publish([
      { ...message("m1", bytes, "52e8"), contentType: "application/octet-stream" },
      message("ümläut\n😀", "ü", 'dächle "roof" \\'),
      message("m3"),
    ]);
    const sent = double.messages.toSorted((one, other) => (one.messageId < other.messageId ? -1 : 1));
    expect(sent).toEqual([
      {
        topic: "alerts",
        messageId: "m1",
        label: "52e8",
        contentType: "application/octet-stream",
        properties: { key: "52e8" },
        body: Buffer.from(bytes),
      },
      expect.objectContaining({ messageId: "m3", label: undefined, properties: {} }),
      expect.objectContaining({
        messageId: "ümläut\n😀",
        label: 'dächle "roof" \\',
        properties: {},
        body: Buffer.from("ü"),
      }),
    ]);
  });

  it("sends any number, sixteen at once at most", async () => {
    const topic = openTopic({ topic: "europe/alerts" });
    await topic.publish([]);
    expect(double.requests).toHaveLength(0);
    const answer = double.hold();
    const sent = topic.publish(Array.from({ length: 200 }, (_, n) => message(`m${n}`, "x".repeat(1000))));
    await vi.waitFor(() => expect(double.mostAtOnce()).toBeGreaterThanOrEqual(16), { timeout: 10_000 });
    answer();
    await sent;
    expect(new Set(double.messages.map(({ messageId }) => messageId)).size).toBe(200);
    expect(double.mostAtOnce()).toBe(16);
  });

  it("sends nothing at all of messages that Service Bus could not carry", async () => {
    const topic = openTopic();
    const large = 256 * 1024;
    for (const [wrong, code, why] of [
      [message("big", "x".repeat(large)), "too_large", `${large} are allowed`],
      [message("i".repeat(129)), "unsupported", "ids of 128"],
      [message("key", "{}", "ü".repeat(4000)), "too_large", "shorter key"],
    ] as const)
      await expect(topic.publish([message("m1"), wrong])).rejects.toMatchObject({
        code,
        message: expect.stringContaining(why),
      });
    expect(double.requests).toHaveLength(0);
    await topic.publish([message("fits", "x".repeat(large - 200))]);
    expect(double.messages).toHaveLength(1);
  });

  it("sends again what was not answered or is to wait, and waits as long as it is told", async () => {
    const retry = { status: 429, headers: { "retry-after": "1" } };
    double.answers.push("reset", retry, { status: 503 });
    await openTopic().publish([message("m1")]);
    const { requests, messages } = double;
    expect(messages.map(({ messageId }) => messageId)).toEqual(["m1"]);
    expect(requests).toHaveLength(4);
    expect((requests[2]?.at ?? 0) - (requests[1]?.at ?? 0)).toBeGreaterThan(980);
  });

  it("sends under the same id what was taken without a word", async () => {
    double.answers.push({ status: 500, isTaken: true });
    await openTopic().publish([message("m1")]);
    expect(double.messages.map(({ messageId }) => messageId)).toEqual(["m1", "m1"]);
  });

  it.each([
    [401, 1, "unavailable", "needs the role Azure Service Bus Data Sender"],
    [403, 1, "unavailable", "The double says 403."],
    [404, 1, "unavailable", "there is no such topic"],
    [413, 1, "too_large", "the message is too large"],
    [500, 4, "unavailable", "The double says 500."],
  ])("tells an answer %i after %i tries as %s", async (status, tries, code, why) => {
    double.answers.push(...Array.from({ length: 4 }, () => ({ status })));
    const failed = openTopic().publish([message("m1")]);
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(why) });
    await expect(failed).rejects.toThrow("Cannot send to the topic alerts of acme.servicebus.windows.net: ");
    expect(double.requests).toHaveLength(tries);
    expect(double.messages).toHaveLength(0);
  });

  it("does not wait for minutes", async () => {
    double.answers.push({ status: 429, headers: { "retry-after": "120" } });
    await expect(openTopic().publish([message("m1")])).rejects.toMatchObject({ code: "unavailable" });
    expect(double.requests).toHaveLength(1);
  });

  it("says how many of several were not sent", async () => {
    const topic = openTopic();
    double.answers.push({ status: 403 });
    const all = Array.from({ length: 40 }, (_, n) => message(`m${n}`));
    const error = await topic.publish(all).catch((thrown: Error) => thrown);
    const kept = double.messages.length;
    expect(kept).toBeGreaterThan(0);
    expect(String(error)).toContain(`${40 - kept} of 40 messages to the topic alerts`);
  });

  it("says which topic there is not, and which server does not answer", async () => {
    await expect(openTopic({ topic: "nowhere" }).publish([message("a")])).rejects.toThrow(
      /Cannot send to the topic nowhere of acme.*there is no such topic/,
    );
    const gone = openTopic({ origin: "http://127.0.0.1:1" }).publish([message("a")]);
    await expect(gone).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("who signs in at Service Bus", () => {
  beforeAll(() => {
    for (const name of ["AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE"])
      vi.stubEnv(name, undefined);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const useIdentity = (): void => {
    for (const [name, value] of Object.entries(double.identity)) vi.stubEnv(name, value);
  };

  it("is the identity of the process, with a token that is kept", async () => {
    useIdentity();
    const topic = openTopic({ connection: undefined });
    await topic.publish(Array.from({ length: 20 }, (_, n) => message(`m${n}`)));
    await topic.publish([message("last")]);
    expect(double.messages).toHaveLength(21);
    expect(double.tokens.length).toBeLessThanOrEqual(1);
    expect(new Set(double.requests.map(({ authorization }) => authorization)).size).toBe(1);
    expect(double.requests[0]?.authorization).toMatch(/^Bearer token-/);
  }, 30_000);

  it("is the identity where the connection string is of another namespace", async () => {
    useIdentity();
    const connection = double.connectionString.replace("acme", "other");
    await openTopic({ connection }).publish([message("m1")]);
    expect(double.requests[0]?.authorization).toMatch(/^Bearer /);
  }, 30_000);

  it("is a key, whose signature is renewed before it ends", async () => {
    let ahead = 0;
    const topic = openTopic({ clock: { now: () => Date.now() + ahead } });
    await topic.publish([message("m1")]);
    await topic.publish([message("m2")]);
    ahead = 56 * 60_000;
    await topic.publish([message("m3")]);
    const [one, two, three] = double.requests.map(({ authorization }) => authorization);
    expect([one === two, two === three]).toEqual([true, false]);
    expect(double.messages).toHaveLength(3);
  });

  it("is nobody with a wrong key, and no error tells the key", async () => {
    const connection = `${double.connectionString}x`;
    const error = await openTopic({ connection })
      .publish([message("m1")])
      .catch((thrown: Error) => thrown);
    expect(String(error)).toContain("access was refused");
    expect(`${error} ${JSON.stringify(error)}`).not.toContain("secret");
  });
});

describe("a URL of Service Bus", () => {
  const parse = (url: string, connection?: string) => parseTarget(url, "alerts", () => connection);

  it("names a namespace and a topic", () => {
    const acme = {
      host: "acme.servicebus.windows.net",
      topic: "alerts",
      origin: "https://acme.servicebus.windows.net",
    };
    expect(parse("service-bus://acme/alerts")).toEqual(acme);
    const usgov = parse("service-bus://acme.servicebus.usgovcloudapi.net/europe/alerts");
    expect([usgov.origin, usgov.topic]).toEqual([
      "https://acme.servicebus.usgovcloudapi.net",
      "europe/alerts",
    ]);
  });

  it.each([
    "service-bus://acme",
    "service-bus://acme/",
    "service-bus://acme/a//b",
    "service-bus://acme/alerts%0aX",
    "service-bus://acme.example.com/alerts",
    "service-bus://-acme/alerts",
    "service-bus://me:secret@acme/alerts",
    "service-bus://acme/alerts?key=secret",
    "service-bus://acme/alerts?endpoint=https://example.com",
    "sb://acme/alerts",
    "alerts",
  ])("is not %s", (url) => {
    expect(() => parse(url)).toThrow(/^Cannot open alerts by Service Bus: /);
  });

  it("has no use for half a connection string", () => {
    const half = "Endpoint=sb://acme.servicebus.windows.net/;SharedAccessKeyName=send";
    expect(() => parse("service-bus://acme/alerts", half)).toThrow(variable);
  });
});
