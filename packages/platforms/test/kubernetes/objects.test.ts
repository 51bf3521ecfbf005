// Objects on Kubernetes: what the intake accepted is in the database, and is handled or a dead letter, whoever is killed.
import { join } from "node:path";
import { open as openStore } from "@faasade/connectors/object-store/s3";
import { type SqlQueue, sqlQueue } from "@faasade/connectors/queue/sql";
import { open } from "@faasade/connectors/sql/pg";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findPostgres, findVersitygw, notProved } from "../../../../tools/not-proved.ts";
import {
  createBucket,
  s3Url,
  startStrictS3,
  useTestCredentials,
} from "../../../connectors/test/object-store/s3-servers.ts";
import { later } from "../../../connectors/test/queue/later.ts";
import {
  missingPostgres,
  type PostgresServer,
  startPostgres,
} from "../../../connectors/test/sql/postgres-server.ts";
import { notify, record, recordOf, secret } from "./notify.ts";
import { type Started, saidOf, start, startReady, until } from "./process.ts";

const fixture = join(import.meta.dirname, "objects-fixture.ts");
const postgres = findPostgres();
const versitygw = findVersitygw();

type QueueDepth = Awaited<ReturnType<SqlQueue["depth"]>>;

interface Handled {
  readonly function: string;
  readonly id: string;
  readonly attempt: number;
  readonly data: { readonly key: string; readonly store: string };
}

const intakeOn = (url: string, environment: Readonly<Record<string, string>> = {}): Promise<Started> =>
  startReady(fixture, {
    FAASADE_SERVE: "intake",
    FAASADE_INTAKE_SECRET: secret,
    PHOTOS_URL: "s3://photos-bucket/in",
    DELIVERIES_URL: url,
    ...environment,
  });

const jpg = (name: string) => recordOf({ object: { key: `in/${name}.jpg`, sequencer: name } });

describe("the intake of Kubernetes", () => {
  it("does not start without knowing where its queues are", async () => {
    const environment = { FAASADE_SERVE: "intake", FAASADE_INTAKE_SECRET: secret };
    const ended = await start(fixture, environment);
    expect(await ended.ended).toBe(1);
    expect(ended.output()).toContain("Cannot take notifications: DELIVERIES_URL is not set");
  });

  it("says 503 and logs what was not accepted, when the database is away", { timeout: 60_000 }, async () => {
    const intake = await intakeOn("postgres://nobody:word-of-the-test@127.0.0.1:1/nothing");
    expect((await notify(intake, { Records: [record] })).status).toBe(503);
    const said = /Cannot pass on \S+ \(dev\.faasade\.object\.created a b\+ü\.jpg\) to created: /;
    await until(() => said.test(intake.output()));
    expect(intake.output()).not.toContain("word-of-the-test");
  });
});

if (postgres === undefined) {
  notProved("object triggers on Kubernetes, through Postgres", ...missingPostgres);
  it("has no database to run on, which is noted", () => expect(postgres).toBeUndefined());
} else {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(postgres);
  }, 120_000);
  afterAll(() => server.stop(), 60_000);

  const openWorld = async () => {
    const url = await server.newDatabase();
    const driver = await open(url);
    onTestFinished(() => driver.close());
    const consumers: Started[] = [];
    return {
      url,
      queue: (name: string) => sqlQueue(driver, { name: `suite/${name}` }),
      later: (seconds: number) => later(driver, seconds),
      intake: (environment: Readonly<Record<string, string>> = {}) => intakeOn(url, environment),
      async consumer() {
        const one = await startReady(fixture, { FAASADE_SERVE: "consume", DELIVERIES_URL: url });
        consumers.push(one);
        return one;
      },
      handled: () => consumers.flatMap((one) => saidOf<Handled>(one, "handled")),
    };
  };
  const untilDepth = async (queue: SqlQueue, isSo: (depth: QueueDepth) => boolean): Promise<void> => {
    for (const deadline = Date.now() + 60_000; ; ) {
      const depth = await queue.depth();
      if (isSo(depth)) return;
      if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(depth)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const deadOf = async (queue: SqlQueue, count: number) => {
    await untilDepth(queue, ({ dead }) => dead >= count);
    return queue.deadLetters({ limit: 10 });
  };

  describe("objects on Kubernetes", { timeout: 120_000 }, () => {
    it("start each function that waits, once, however often the store tells of a change before it is handled", async () => {
      const world = await openWorld();
      const intake = await world.intake();
      const records = { Records: [record, jpg("counted/b")] };
      for (let times = 1; times <= 3; times += 1) expect((await notify(intake, records)).status).toBe(204);
      expect((await world.queue("created").depth()).ready).toBe(2);
      expect((await world.queue("counted").depth()).ready).toBe(1);
      await world.consumer();
      await until(() => world.handled().length >= 3);
      expect(
        world
          .handled()
          .map(({ function: name, attempt, data: { key, store } }) => `${name} ${attempt} ${store} ${key}`)
          .toSorted(),
      ).toEqual([
        "counted 1 photos counted/b.jpg",
        "created 1 photos a b+ü.jpg",
        "created 1 photos counted/b.jpg",
      ]);
      // What was handled is forgotten; a change that is told again then is the same event again.
      await untilDepth(
        world.queue("created"),
        ({ ready, delayed, inFlight }) => ready + delayed + inFlight === 0,
      );
      const [first] = world.handled().filter(({ data }) => data.key === "a b+ü.jpg");
      expect((await notify(intake, { Records: [record] })).status).toBe(204);
      await until(() => world.handled().length >= 4);
      expect(world.handled().filter(({ id }) => id === first?.id)).toHaveLength(2);
    });

    it("lose nothing that was accepted, when intake and consumer are killed", async () => {
      const world = await openWorld();
      const accepted: string[] = [];
      for (let kills = 0; kills < 3; kills += 1) {
        const intake = await world.intake();
        const told = Array.from({ length: 30 }, async (_, index) => {
          const name = `n${kills}-${index}`;
          const reply = await notify(intake, { Records: [jpg(name)] }).catch(() => undefined);
          if (reply?.status === 204) accepted.push(`${name}.jpg`);
        });
        await until(() => accepted.length > kills * 30 + 5 || intake.child.exitCode !== null);
        intake.child.kill("SIGKILL");
        await Promise.all(told);
      }
      const intake = await world.intake();
      expect((await notify(intake, { Records: [jpg("slow")] })).status).toBe(204);
      const first = await world.consumer();
      await until(() => saidOf<Handled>(first, "begun").some(({ data }) => data.key === "slow.jpg"));
      first.child.kill("SIGKILL");
      await first.ended;
      await world.later(30);
      await world.consumer();
      const keys = () => new Set(world.handled().map(({ data }) => data.key));
      await until(() => ["slow.jpg", ...accepted].every((key) => keys().has(key)), 60);
      expect(accepted.length).toBeGreaterThan(15);
      expect(world.handled().find(({ data }) => data.key === "slow.jpg")?.attempt).toBe(2);
    });

    it("that fail come again where that may help, and are dead letters with the reason where not", async () => {
      const world = await openWorld();
      const intake = await world.intake();
      const records = ["poison", "never", "once", "fine"].map(jpg);
      expect((await notify(intake, { Records: records })).status).toBe(204);
      const created = world.queue("created");
      await created.send([{ id: "garbled", body: Buffer.from("{"), contentType: "text/plain" }]);
      await world.consumer();
      await until(() => world.handled().length >= 2);
      const letters = await deadOf(created, 3);
      expect(letters.map(({ reason, attempts }) => [reason, attempts]).toSorted()).toEqual([
        [expect.stringMatching(/^invalid: Cannot accept CloudEvent/), 1],
        ["unavailable: not yet (gave up after 2 attempts)", 2],
        ["unprocessable: no picture at all", 1],
      ]);
      expect(
        world
          .handled()
          .map(({ data, attempt }) => `${data.key} ${attempt}`)
          .toSorted(),
      ).toEqual(["fine.jpg 1", "once.jpg 2"]);
    });

    it("that end their consumer each time are given up, and the others handled", async () => {
      const world = await openWorld();
      const intake = await world.intake();
      expect((await notify(intake, { Records: [jpg("deadly")] })).status).toBe(204);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await (await world.consumer()).ended;
        await world.later(30);
      }
      await world.consumer();
      const [letter] = await deadOf(world.queue("created"), 1);
      expect(letter?.reason).toContain("came to an end");
      expect((await notify(intake, { Records: [jpg("harmless")] })).status).toBe(204);
      await until(() => world.handled().some(({ data }) => data.key === "harmless.jpg"));
    });

    it("are refused when nobody can read them, and passed over when no function waits for them", async () => {
      const world = await openWorld();
      const intake = await world.intake();
      expect((await notify(intake, { nothing: "known" })).status).toBe(400);
      expect((await notify(intake, { Records: [jpg("a"), { eventName: 1 }] })).status).toBe(400);
      expect((await notify(intake, { Records: [record] }, "Bearer wrong")).status).toBe(401);
      expect((await notify({ origin: `${intake.origin}/elsewhere` }, {})).status).toBe(404);
      const other = recordOf({ bucket: { name: "others" } });
      expect((await notify(intake, { Records: [other] })).status).toBe(204);
      expect(await world.queue("created").depth()).toEqual({ ready: 0, delayed: 0, inFlight: 0, dead: 0 });
      expect(intake.output()).not.toContain(secret);
    });

    it("start the functions of other artefacts, too, where each is one of its own", async () => {
      const world = await openWorld();
      const wait = { function: "elsewhere", store: "photos", change: "created", filter: {} };
      const intake = await world.intake({ FAASADE_INTAKE: JSON.stringify([wait]) });
      expect((await notify(intake, { Records: [record] })).status).toBe(204);
      expect((await world.queue("elsewhere").depth()).ready).toBe(1);
      expect((await world.queue("created").depth()).ready).toBe(0);
    });

    if (versitygw === undefined)
      notProved(
        "a real store's notifications through Kubernetes' intake",
        "versitygw is not here",
        "run tools/ci-prepare",
      );
    it.runIf(versitygw !== undefined)("of a real store are handled, put and deleted", async () => {
      useTestCredentials();
      const world = await openWorld();
      const intake = await world.intake({ PHOTOS_URL: "s3://watched/in" });
      const webhook = `http://store:${secret}@127.0.0.1:${intake.port}/.faasade/intake/s3`;
      const store = await startStrictS3(String(versitygw), ["--event-webhook-url", webhook]);
      onTestFinished(() => store.stop());
      await createBucket(store, "watched");
      await world.consumer();
      const client = openStore(s3Url(store, "watched/in"));
      const keys = ["a b/ü+.jpg", "100%.jpg"];
      for (const key of keys) await client.put(key, Buffer.from("hello"), {});
      await client.delete("100%.jpg");
      await until(() => world.handled().length >= 3);
      expect(
        world
          .handled()
          .map(({ function: name, data }) => `${name} ${data.key}`)
          .toSorted(),
      ).toEqual(["created 100%.jpg", "created a b/ü+.jpg", "removed 100%.jpg"]);
    });
  });
}
