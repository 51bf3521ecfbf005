// The broker's parts: who is let in, what is the same message, what is committed together.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openNewDatabase } from "../../../tools/new-database.ts";
import { devicePassword, Guard } from "../src/broker/guard.ts";
import { SeenBefore } from "../src/broker/seen-before.ts";
import { WorldClock } from "../src/clock.ts";
import { Causes } from "../src/data/causes.ts";
import { createTables } from "../src/data/database.ts";
import { Journal } from "../src/data/journal.ts";
import { Queues } from "../src/data/queues.ts";
import { Group } from "../src/events/group.ts";
import { Intake } from "../src/events/intake.ts";
import { Topics } from "../src/events/topics.ts";
import { openSecrets } from "../src/secrets.ts";

describe("a message that is sent again", () => {
  const sending = { client: "c", topic: "a/b/d", payload: Buffer.from("20"), messageId: 7, isAgain: false };

  it("keeps its id, and one that is only equal gets another", () => {
    const seen = new SeenBefore();
    const first = seen.idOf(sending);
    expect(seen.idOf({ ...sending, isAgain: true })).toBe(first);
    const second = seen.idOf(sending);
    expect(second).not.toBe(first);
    expect(seen.idOf({ ...sending, isAgain: true })).toBe(second);
  });

  it("is new when it was never seen, is another client's, or has another number, topic or content", () => {
    const seen = new SeenBefore();
    const known = seen.idOf(sending);
    for (const change of [
      { client: "d" },
      { topic: "a/b/e" },
      { payload: Buffer.from("21") },
      { messageId: 8 },
    ])
      expect(seen.idOf({ ...sending, ...change, isAgain: true })).not.toBe(known);
    const unnumbered = { ...sending, messageId: undefined };
    expect(seen.idOf(unnumbered)).not.toBe(seen.idOf(unnumbered));
  });
});

describe("a group", () => {
  it("commits everything once, in order, and what fails holds up nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), waits: fc.boolean() }), { maxLength: 60 }),
        async (items) => {
          const committed: number[] = [];
          let running = 0;
          const group = new Group<number>(async (numbers) => {
            expect(++running).toBe(1);
            await new Promise((resolve) => setImmediate(resolve));
            running -= 1;
            if (numbers.some((number) => items[number]!.fails)) throw new Error(`not ${numbers}`);
            committed.push(...numbers);
          });
          const adding: Promise<string>[] = [];
          for (const [number, { waits }] of items.entries()) {
            if (waits) await new Promise((resolve) => setImmediate(resolve));
            adding.push(
              group.add(number).then(
                () => "taken",
                (error: Error) => error.message,
              ),
            );
          }
          const said = await Promise.all(adding);
          expect(said).toEqual(items.map(({ fails }, number) => (fails ? `not ${number}` : "taken")));
          expect(committed).toEqual([...items.keys()].filter((number) => !items[number]!.fails));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("topics", () => {
  const openTopics = async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-broker-"));
    const sql = await openNewDatabase(join(folder, "database"));
    onTestFinished(async () => {
      await sql.close();
      await rm(folder, { recursive: true });
    });
    await createTables(sql);
    const clock = new WorldClock();
    const queues = new Queues(sql, clock);
    const intake = new Intake(sql, await Journal.open(sql, clock), new Causes(), () => clock.now());
    const queue = queues.get("deliveries:a/f");
    const { promise: ready, resolve: beReady } = Promise.withResolvers<void>();
    const subscribers = [{ app: "a", functionName: "f", queue }];
    const topics = new Topics({
      intake,
      find: (qualified) =>
        qualified === "a/t"
          ? { qualified, format: "raw", subscribers }
          : ["a/events", "a/others"].includes(qualified)
            ? {
                qualified,
                format: "cloudevents",
                subscribers: [{ app: "a", functionName: qualified, queue: queues.get(qualified) }],
              }
            : undefined,
      ready,
      now: () => clock.now(),
      mostWaiting: 1500,
    });
    const take = (n: number) => topics.take({ topic: "a/t/k", payload: Buffer.from(String(n)), id: `m${n}` });
    return { take, beReady, queue, queues, topics };
  };

  it("take nothing before each app could say to what it subscribes, and nothing that nobody declares", async () => {
    const { take, beReady, queue, topics } = await openTopics();
    const taking = take(1);
    expect((await queue.depth()).ready).toBe(0);
    beReady();
    await taking;
    expect((await queue.depth()).ready).toBe(1);
    await expect(topics.take({ topic: "a/other", payload: Buffer.from("1"), id: "x" })).rejects.toMatchObject(
      {
        code: "not_found",
      },
    );
  }, 60_000);

  it("keep events apart by source and topic: an id is unique within its source, and one event may go on several", async () => {
    const { beReady, queues, topics } = await openTopics();
    beReady();
    const send = (topic: string, source: string, id: string) => {
      const event = { specversion: "1.0", type: "reading", source, id };
      return topics.take({ topic, payload: Buffer.from(JSON.stringify(event)), id: "of the broker" });
    };
    await Promise.all([
      send("a/events", "/d1", "1"),
      send("a/events", "/d2", "1"),
      send("a/events", "urn:d", "1:2"),
      send("a/events", "urn:d:1", "2"),
      send("a/others", "/d1", "1"),
    ]);
    await send("a/events", "/d1", "1");
    const waiting = async (topic: string) => {
      const messages = await queues.get(topic).receive({ max: 10, visibilitySeconds: 60 });
      return messages
        .map(({ body }) => JSON.parse(Buffer.from(body).toString()))
        .map(({ source, id }) => `${source} ${id}`);
    };
    expect((await waiting("a/events")).sort()).toEqual(["/d1 1", "/d2 1", "urn:d 1:2", "urn:d:1 2"]);
    expect(await waiting("a/others")).toEqual(["/d1 1"]);
  }, 60_000);

  it("refuse an event that no database can index, and take what came together with it", async () => {
    const { beReady, queues, topics } = await openTopics();
    beReady();
    const send = (id: string) =>
      topics.take({
        topic: "a/events",
        payload: Buffer.from(JSON.stringify({ specversion: "1.0", type: "x", source: "/d", id })),
        id: "of the broker",
      });
    const endless = randomBytes(9000).toString("base64url");
    const said = await Promise.allSettled(["1", endless, "2"].map(send));
    expect(said.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect((await queues.get("a/events").depth()).ready).toBe(2);
  }, 60_000);

  it("let those who send wait while too much waits already, and take everything in the end", async () => {
    const { take, beReady, queue } = await openTopics();
    beReady();
    let taken = 0;
    const all = Array.from({ length: 5000 }, (_, n) => take(n).then(() => (taken += 1)));
    const seen = new Set<string>();
    await expect.poll(() => taken, { timeout: 30_000 }).toBeGreaterThan(1500);
    while (seen.size < all.length) {
      expect((await queue.depth()).ready).toBeLessThanOrEqual(1500 + 2 * 500 + 1000);
      const messages = await queue.receive({ max: 700, visibilitySeconds: 60, waitSeconds: 10 });
      for (const { id } of messages) seen.add(id);
      await queue.acknowledge(messages.map(({ receipt }) => receipt));
    }
    expect(taken).toBe(all.length);
    await Promise.all(all);
  }, 120_000);
});

describe("the guard", () => {
  const guard = new Guard({
    appToken: "app-token",
    operatorToken: "operator-token",
    keyOf: async (app, topic) => {
      if (app === "shop" && topic === "readings") return "key";
      throw new Error("ENOENT");
    },
  });

  it("knows apps, the operator and devices by their own secrets, and nobody else", async () => {
    const kinds = async (user: string, password: string) => (await guard.identify(user, password))?.kind;
    expect(await kinds("app", "app-token")).toBe("app");
    expect(await kinds("operator", "operator-token")).toBe("operator");
    expect(await kinds("shop/readings/d1", devicePassword("key", "d1"))).toBe("device");
    for (const [user, password] of [
      ["app", "operator-token"],
      ["operator", "app-token"],
      ["shop/readings/d2", devicePassword("key", "d1")],
      ["shop/readings/d1", devicePassword("other", "d1")],
      ["shop/alerts/d1", devicePassword("key", "d1")],
      ["shop/readings/+", devicePassword("key", "+")],
      ["shop/readings/a/b", devicePassword("key", "a/b")],
      ["../readings/d1", devicePassword("key", "d1")],
    ] as const)
      expect(await kinds(user, password), user).toBeUndefined();
  });

  it("lets nobody in by a key that is empty, and takes a key as the app itself reads it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "faasade-keys-"));
    onTestFinished(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    });
    const keys = openSecrets(folder);
    const guarded = new Guard({ appToken: "a", operatorToken: "o", keyOf: () => keys("READINGS_KEY") });
    const isIn = async (key: string): Promise<boolean> =>
      (await guarded.identify("shop/readings/d1", devicePassword(key, "d1"))) !== undefined;
    await writeFile(join(folder, "READINGS_KEY"), "of the file\n");
    expect(await isIn("of the file")).toBe(true);
    await writeFile(join(folder, "READINGS_KEY"), "");
    expect(await isIn("")).toBe(false);
    vi.stubEnv("READINGS_KEY", "");
    expect(await isIn("")).toBe(false);
    vi.stubEnv("READINGS_KEY", "set");
    expect(await isIn("set")).toBe(true);
  });

  it("lets a device publish on its own topic and below, and nobody who was not let in", async () => {
    const client = {};
    expect(guard.mayPublish(client, "shop/readings/d1")).toBe(false);
    guard.admit(client, (await guard.identify("shop/readings/d1", devicePassword("key", "d1")))!);
    const may = (topic: string) => guard.mayPublish(client, topic);
    expect(["shop/readings/d1", "shop/readings/d1/room"].map(may)).toEqual([true, true]);
    expect(["shop/readings/d10", "shop/readings", "shop/alerts/d1", "$SYS/x"].map(may)).toEqual(
      Array(4).fill(false),
    );
    expect(guard.maySubscribe(client)).toBe(false);
  });
});
