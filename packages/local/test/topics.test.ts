// Topics of a real world: devices by MQTT with credentials of their own, functions in batches, kill -9 without loss.
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { devicePassword } from "../src/broker/guard.ts";
import type { DeadLetterEntry, Status, World } from "../src/control/api.ts";
import { makeRoot, startWorld, type TestWorld, until } from "./harness.ts";

let root: string;
let data: string;
let remove: () => Promise<void>;
let world: TestWorld;
const clients: MqttClient[] = [];

beforeAll(async () => {
  ({ root, data, remove } = await makeRoot("meters"));
  world = await startWorld(root, data);
}, 90_000);

afterEach(() => Promise.all(clients.splice(0).map((client) => client.endAsync(true))));

afterAll(async () => {
  await world?.stop();
  await remove();
}, 60_000);

const rows = async <Row>(query: string): Promise<Row[]> =>
  (await world.control<{ rows: Row[] }>("POST", "sql", { database: "meters/notes", query })).rows;
const topicOf = (state: World, name: string) =>
  state.apps.flatMap(({ topics }) => topics).find((one) => one.name === `meters/${name}`);
const portOf = async (): Promise<number> =>
  Number(new URL(topicOf(await world.state(), "readings")?.address ?? "").port);
const keyOf = async (): Promise<string> => (await fetch(`${world.gateway}/meters/key`)).text();

async function connect(username: string, password: string): Promise<MqttClient> {
  const url = `mqtt://127.0.0.1:${await portOf()}`;
  const how = { username, password, protocolVersion: 4, reconnectPeriod: 0 } as const;
  const client = await connectAsync(url, how, false);
  clients.push(client);
  client.on("error", () => {});
  return client;
}

async function device(name: string): Promise<MqttClient> {
  return connect(`meters/readings/${name}`, devicePassword(await keyOf(), name));
}

const closeOf = (client: MqttClient) => new Promise<void>((resolve) => client.once("close", () => resolve()));
const publish = (client: MqttClient, topic: string, n: number, qos: 0 | 1 | 2 = 1) =>
  client.publishAsync(topic, JSON.stringify({ n }), { qos });

describe("a topic of the world", () => {
  it("takes what a device publishes, and hands it over in batches with the device as subject", async () => {
    const meter = await device("ewr");
    const count = 120;
    await Promise.all(
      Array.from({ length: count }, (_, n) => publish(meter, "meters/readings/ewr", n, n % 3 === 0 ? 2 : 1)),
    );
    const found = await until("all readings", async () => {
      // The first delivery makes the table.
      const all = await rows<{ device: string; n: number; batch: number; event: string }>(
        "select * from readings",
      ).catch(() => []);
      return all.length >= count && all;
    });
    expect(found.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: count }, (_, n) => n),
    );
    expect(new Set(found.map(({ device: of }) => of))).toEqual(new Set(["ewr"]));
    expect(new Set(found.map(({ event }) => event)).size).toBe(count);
    expect(Math.max(...found.map(({ batch }) => batch))).toBeGreaterThan(10);
  });

  it("is shown with its address, what it starts and what waits", async () => {
    const status = await world.control<Status>("GET", "status");
    expect(status.apps["meters"]?.topics.toSorted()).toEqual(["alerts", "readings"]);
    const state = await world.state();
    expect(topicOf(state, "readings")).toMatchObject({
      address: expect.stringMatching(/^mqtt:\/\/127\.0\.0\.1:\d+\/meters\/readings$/),
      subscribers: ["meters/take"],
    });
    const take = state.apps[0]?.functions.find(({ name }) => name === "take");
    expect(take?.deliveries).toMatchObject({ name: "meters/take", dead: 0 });
  });

  it("takes what functions send and the operator publishes, and knows what caused it", async () => {
    await world.control("POST", "publish", { topic: "readings", key: "hot", data: { n: 1_000_001 } });
    const [alert] = await until("the alert", async () => {
      const all = await rows<{ event: string; about: string; n: number }>("select * from alerts");
      return all.length > 0 && all;
    });
    expect(alert).toEqual({ event: "alert-1000001", about: "hot", n: 1_000_001 });
    const entries = await world.entries();
    const told = entries.find(({ id, kind }) => id === "alert-1000001" && kind === "event");
    expect(entries.find(({ id }) => id === told?.cause)).toMatchObject({ function: "take", kind: "attempt" });
    await expect(world.control("POST", "publish", { topic: "readings", data: { n: "x" } })).rejects.toThrow(
      "n:",
    );
    await expect(world.control("POST", "publish", { topic: "nothing", data: 1 })).rejects.toThrow(
      "There are: meters/alerts, meters/readings",
    );
  });

  it("delivers again what may succeed, and buries with its reason what does not, without holding up the rest", async () => {
    for (const fail of ["later", "never", undefined])
      await world.control("POST", "publish", { topic: "readings", key: "odd", data: { n: 7, fail } });
    await world.control("POST", "publish", {
      topic: "readings",
      key: "odd",
      data: "nonsense",
      unchecked: true,
    });
    const letters = await until("the dead letters", async () => {
      const { deadLetters } = await world.control<{ deadLetters: DeadLetterEntry[] }>("GET", "dead-letters");
      return deadLetters.length === 3 && deadLetters;
    });
    expect(letters.map(({ queue, reason, attempts }) => [queue, attempts, reason]).toSorted()).toEqual([
      ["meters/take", 1, expect.stringMatching(/^invalid: .*readings/)],
      ["meters/take", 1, "unprocessable: of no use"],
      ["meters/take", 3, "unavailable: not now (gave up after 3 attempts)"],
    ]);
    expect(await rows("select n from readings where device = 'odd'")).toEqual([{ n: 7 }]);
  });
});

describe("a client of the broker", () => {
  it("is let in only with the password of its own topic", async () => {
    const key = await keyOf();
    for (const [user, password] of [
      ["meters/readings/ewr", devicePassword(key, "jfk")],
      ["meters/readings/ewr", ""],
      ["meters/alerts/ewr", devicePassword(key, "ewr")],
      ["meters/../ewr", devicePassword(key, "ewr")],
      ["app", devicePassword(key, "app")],
      ["operator", key],
      ["", ""],
    ] as const)
      await expect(connect(user, password), user).rejects.toThrow(/Connection refused/);
  });

  it("publishes nowhere but on its own topic, and hears nothing", async () => {
    for (const topic of [
      "meters/readings/jfk",
      "meters/alerts/x",
      "meters/readings",
      "meters/readings/ewr2",
    ]) {
      const meter = await device("ewr");
      const closed = closeOf(meter);
      void publish(meter, topic, 666).catch(() => {});
      await closed;
    }
    const meter = await device("ewr");
    await expect(meter.subscribeAsync("meters/readings/#")).rejects.toThrow();
    expect(await rows("select n from readings where n = 666")).toEqual([]);
  });

  it("is cut off with what is too large or of a topic that nobody declares", async () => {
    const large = await device("ewr");
    const cut = closeOf(large);
    void large.publishAsync("meters/readings/ewr", Buffer.alloc(300_000), { qos: 1 }).catch(() => {});
    await cut;
    const operator = await connect("operator", world.token);
    const off = closeOf(operator);
    void publish(operator, "meters/unknown/x", 1).catch(() => {});
    await off;
    const { lines } = await world.control<{ lines: { message: string }[] }>("GET", "logs?limit=1000");
    const said = lines.map(({ message }) => message).join("\n");
    expect(said).toContain("it has more than 262144 bytes");
    expect(said).toContain("No app that runs declares the topic meters/unknown");
  });

  it("lets the operator watch", async () => {
    const operator = await connect("operator", world.token);
    const heard: string[] = [];
    operator.on("message", (topic) => heard.push(topic));
    await operator.subscribeAsync("meters/#");
    await publish(await device("watched"), "meters/readings/watched/room", 5);
    await until("the message", async () => heard.length > 0);
    expect(heard).toEqual(["meters/readings/watched/room"]);
    const found = await until("the reading", async () => {
      const all = await rows<{ device: string }>(
        "select device from readings where n = 5 and device like 'w%'",
      );
      return all.length > 0 && all;
    });
    expect(found).toEqual([{ device: "watched/room" }]);
  });
});

describe("a reconnect storm", () => {
  it("of devices that were cut off and all come back at once loses nothing that any was told is taken", async () => {
    const [port, key] = await Promise.all([portOf(), keyOf()]);
    const names = Array.from({ length: 60 }, (_, n) => `storm-${n}`);
    const come = (name: string): Promise<MqttClient> => {
      const who = { username: `meters/readings/${name}`, password: devicePassword(key, name) };
      const client = connectAsync(
        `mqtt://127.0.0.1:${port}`,
        { ...who, protocolVersion: 4, reconnectPeriod: 0 },
        false,
      );
      return client.then((one) => {
        clients.push(one);
        one.on("error", () => {});
        return one;
      });
    };
    const say = (client: MqttClient, name: string) =>
      Promise.all([1, 2, 3].map((n) => publish(client, `meters/readings/${name}`, n)));
    const first = await Promise.all(names.map(come));
    for (const [index, client] of first.entries()) {
      void say(client, names[index] ?? "").catch(() => {});
      client.stream.destroy();
    }
    const again = await Promise.all(names.map(come));
    await Promise.all(again.map((client, index) => say(client, names[index] ?? "")));
    await until("what every device was told is taken", async () => {
      const all = await rows<{ said: number }>(
        "select count(distinct (device, n))::integer as said from readings where device like 'storm-%'",
      ).catch(() => []);
      return all[0]?.said === 3 * names.length;
    });
  });
});

describe("a world that is killed while devices publish", () => {
  const kills = process.env["FAASADE_STRICT"] === "1" ? 100 : 3;

  it(`has handled, ${kills} kills later, every message that was acknowledged`, async () => {
    const acknowledged: number[] = [];
    let next = 10_000;
    for (let round = 0; round < kills; round += 1) {
      const meter = await device("storm");
      const wanted = acknowledged.length + 30 + 20 * (round % 3);
      let isGone = false;
      meter.once("close", () => {
        isGone = true;
      });
      const sending = Array.from({ length: 8 }, async () => {
        while (!isGone) {
          const n = next++;
          const done = await publish(meter, "meters/readings/storm", n).then(
            () => true,
            () => false,
          );
          // What comes after the connection broke was acknowledged by nobody.
          if (done && !isGone) acknowledged.push(n);
        }
      });
      await until("some acknowledgements", async () => acknowledged.length >= wanted);
      await world.kill();
      await until("the end of the connection", async () => isGone);
      meter.end(true);
      await Promise.all(sending);
      world = await startWorld(root, data);
    }
    const found = await until("every acknowledged reading", async () => {
      const all = await rows<{ n: number }>("select distinct n from readings where device = 'storm'");
      const there = new Set(all.map(({ n }) => n));
      return acknowledged.every((n) => there.has(n)) && there;
    });
    expect(found.size).toBeGreaterThanOrEqual(acknowledged.length);
  }, 3_600_000);
});
