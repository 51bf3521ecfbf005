// The mqtt driver among brokers that refuse, networks that break and devices that speak for themselves.
import type { AuthenticateError } from "aedes";
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, it } from "vitest";
import { messageOf, take, takeRest, textOf, textsOf } from "../../src/topic/conformance/messages.ts";
import type { TopicDriver } from "../../src/topic/driver.ts";
import { open } from "../../src/topic/mqtt.ts";
import { startBroker, type TestBroker } from "./broker.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function brokerWith(options: Parameters<typeof startBroker>[0] = {}): Promise<TestBroker> {
  const broker = await startBroker(options);
  closers.push(() => broker.close());
  return broker;
}

function topicOn(
  { port }: TestBroker,
  path = "d/+/r",
  settings: Readonly<Record<string, string>> = {},
): TopicDriver {
  const driver = open(`mqtt://127.0.0.1:${port}/${path}`, {
    name: "shop/readings",
    clock: { now: () => Date.now() },
    configuration: (name) => settings[name],
  });
  closers.push(() => driver.close());
  return driver;
}

function subscribe(driver: TopicDriver, subscriber = "app/take") {
  const subscription = driver.subscribe!(subscriber);
  closers.push(() => subscription.close());
  return subscription;
}

describe("mqtt", () => {
  it("holds no more messages than its window, so that the broker waits too, and gets them all", async () => {
    const broker = await brokerWith();
    const driver = topicOn(broker, "d/+/r?window=50");
    const one = subscribe(driver);
    await takeRest(one, 0);
    const sent = Array.from({ length: 20_000 }, (_, place) => `${place}-${"x".repeat(300)}`);
    const sending = driver.publish(sent.map((text) => messageOf(text, "k")));
    const got = new Set<string>();
    const held: string[] = [];
    const takeAll = async (waitSeconds: number): Promise<number> => {
      const some = await one.receive({ max: 100_000, visibilitySeconds: 300, waitSeconds });
      for (const message of some) got.add(textOf(message));
      held.push(...some.map(({ receipt }) => receipt));
      return some.length;
    };
    while ((await takeAll(1)) > 0);
    // A piece of what the socket holds may come on top, of 64 kB.
    expect(held.length).toBeGreaterThanOrEqual(50);
    expect(held.length).toBeLessThan(400);
    while (got.size < sent.length) {
      await one.acknowledge(held.splice(0));
      await takeAll(10);
    }
    await sending;
  }, 60_000);

  it("does not hand out again what it is at work on when the connection breaks, nor what was done meanwhile", async () => {
    const broker = await brokerWith();
    const driver = topicOn(broker);
    const one = subscribe(driver);
    await takeRest(one, 0);
    await driver.publish(["a", "b", "c"].map((text) => messageOf(text, "k")));
    const [a, b] = await take(one, 2);
    broker.cut();
    await expect.poll(() => broker.aedes.connectedClients).toBe(0);
    expect(await one.acknowledge([a!.receipt])).toEqual([a!.receipt]);
    expect(textsOf(await take(one, 1))).toEqual(["c"]);
    expect(await takeRest(one)).toEqual([]);
    expect(await one.acknowledge([b!.receipt])).toEqual([b!.receipt]);
    await one.close();
    expect(textsOf(await take(subscribe(driver), 1))).toEqual(["c"]);
  });

  it("sends again over a new connection after the old one broke", async () => {
    const broker = await brokerWith();
    const driver = topicOn(broker);
    const one = subscribe(driver);
    await takeRest(one, 0);
    await driver.publish([messageOf("a", "k")]);
    broker.cut();
    await expect.poll(() => broker.aedes.connectedClients).toBe(0);
    await expect
      .poll(() =>
        driver.publish([messageOf("b", "k")]).then(
          () => "sent",
          () => "not yet",
        ),
      )
      .toBe("sent");
    expect(textsOf(await take(one, 2))).toEqual(["a", "b"]);
  });

  it("takes what devices publish with a client of their own", async () => {
    const broker = await brokerWith();
    const one = subscribe(topicOn(broker, "devices/+/readings"));
    await takeRest(one, 0);
    const device = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    closers.push(() => device.endAsync());
    await device.publishAsync("devices/ewr/readings", '{"t":20}', { qos: 1 });
    await device.publishAsync("devices/ewr/readings", '{"t":21}', { qos: 0 });
    const received = await take(one, 2);
    expect(textsOf(received)).toEqual(['{"t":20}', '{"t":21}']);
    expect(received.map(({ subject, contentType }) => [subject, contentType])).toEqual([
      ["ewr", undefined],
      ["ewr", undefined],
    ]);
    expect(await one.acknowledge(received.map(({ receipt }) => receipt))).toHaveLength(2);
  });

  it("passes over what a broker retained, which tells of the past", async () => {
    const broker = await brokerWith();
    const device = await connectAsync(`mqtt://127.0.0.1:${broker.port}`, { protocolVersion: 4 });
    closers.push(() => device.endAsync());
    await device.publishAsync("d/k/r", "old", { qos: 1, retain: true });
    const one = subscribe(topicOn(broker));
    expect(await takeRest(one)).toEqual([]);
    await device.publishAsync("d/k/r", "new", { qos: 1, retain: true });
    expect(textsOf(await take(one, 1))).toEqual(["new"]);
  });

  it("says what the broker said: who nobody knows, what nobody may, who is not there", async () => {
    const broker = await brokerWith({
      authenticate: (_client, user, password, done) => {
        const known = user === "me" && password?.toString() === "right";
        const refusal = Object.assign(new Error("no"), { returnCode: 4 }) as AuthenticateError;
        done(known ? null : refusal, known);
      },
      authorizeSubscribe: (_client, subscription, done) =>
        done(null, subscription.topic === "d/+/r" ? subscription : null),
    });
    const wrong = topicOn(broker, "d/+/r", { SHOP_READINGS_USERNAME: "me", SHOP_READINGS_PASSWORD: "wrong" });
    await expect(wrong.publish([messageOf("a", "k")])).rejects.toMatchObject({ code: "unauthenticated" });
    const me = { SHOP_READINGS_USERNAME: "me", SHOP_READINGS_PASSWORD: "right" };
    await topicOn(broker, "d/+/r", me).publish([messageOf("a", "k")]);
    const elsewhere = subscribe(topicOn(broker, "e/+", me));
    await expect(takeRest(elsewhere, 0)).rejects.toMatchObject({ code: "forbidden" });
    await broker.close();
    await expect(topicOn(broker).publish([messageOf("a", "k")])).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("Cannot reach the MQTT broker at 127.0.0.1:"),
    });
    closers.splice(0, 1);
  });
});
