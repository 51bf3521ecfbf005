// Consumers on a real database: nothing is lost, nothing runs twice that need not, and what is given up says why.
import { join } from "node:path";
import { type SqlQueue, sqlQueue } from "@faasade/connectors/queue/sql";
import { open } from "@faasade/connectors/sql/pg";
import { encodeStructured } from "@faasade/core/cloudevents";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { findPostgres, notProved } from "../../../../tools/not-proved.ts";
import { later } from "../../../connectors/test/queue/later.ts";
import {
  missingPostgres,
  type PostgresServer,
  startPostgres,
} from "../../../connectors/test/sql/postgres-server.ts";
import { type Started, saidOf, startReady, until } from "./process.ts";

const fixture = join(import.meta.dirname, "fixture.ts");
const folder = findPostgres();

if (folder === undefined) {
  notProved("consumers of a queue in Postgres", ...missingPostgres);
  it("has no database to run on, which is noted", () => expect(folder).toBeUndefined());
} else {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(folder);
  }, 120_000);
  afterAll(() => server.stop(), 60_000);

  interface World {
    readonly jobs: SqlQueue;
    readonly readings: SqlQueue;
    later(seconds: number): Promise<void>;
    consumer(): Promise<Started>;
    /** Ends the consumers, so that all they said has come, and tells what they handled in the order of their start. */
    handled(): Promise<{ name: string; attempt: number }[]>;
  }

  const openWorld = async (): Promise<World> => {
    const url = await server.newDatabase();
    const driver = await open(url);
    onTestFinished(() => driver.close());
    const started: Started[] = [];
    return {
      jobs: sqlQueue(driver, { name: "jobs" }),
      readings: sqlQueue(driver, { name: "readings" }),
      later: (seconds) => later(driver, seconds),
      async consumer() {
        const one = await startReady(fixture, { FAASADE_SERVE: "consume", JOBS_URL: url, READINGS_URL: url });
        started.push(one);
        return one;
      },
      async handled() {
        for (const { child } of started) child.kill("SIGTERM");
        await Promise.all(started.map(({ ended }) => ended));
        return started.flatMap((one) => saidOf<{ name: string; attempt: number }>(one, "handled"));
      },
    };
  };

  const event = (id: string, data: object) => {
    const { body, contentType } = encodeStructured({
      specversion: "1.0",
      id,
      source: "/test",
      type: "test",
      datacontenttype: "application/json",
      data: { name: id, ...data },
      extensions: {},
    });
    return { id, body: Buffer.from(body), contentType };
  };
  const bare = (id: string, data: object = {}) => ({
    id,
    body: Buffer.from(JSON.stringify({ name: id, ...data })),
    contentType: "application/json",
  });
  const idle = async (queue: SqlQueue): Promise<void> => {
    for (const deadline = Date.now() + 60_000; ; ) {
      const { ready, delayed, inFlight } = await queue.depth();
      if (ready + delayed + inFlight === 0) return;
      if (Date.now() > deadline)
        throw new Error(`still ${ready} ready, ${delayed} delayed, ${inFlight} in flight`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const names = (count: number) => Array.from({ length: count }, (_, index) => `job-${index}`);

  describe("consumers", { timeout: 90_000 }, () => {
    it("share a queue: each message is handled once, by one of them", async () => {
      const world = await openWorld();
      await world.jobs.send(names(40).map((name) => event(name, { waitMilliseconds: 20 })));
      await Promise.all([world.consumer(), world.consumer()]);
      await idle(world.jobs);
      const handled = await world.handled();
      expect(handled.map(({ name }) => name).sort()).toEqual(names(40).sort());
    });

    it("try again what may succeed, and give up with the reason what does not", async () => {
      const world = await openWorld();
      await world.jobs.send([
        event("once", { fail: "once" }),
        event("never", { fail: "for now" }),
        event("useless", { fail: "for good" }),
        { id: "garbled", body: Buffer.from("{"), contentType: "application/cloudevents+json" },
      ]);
      await world.consumer();
      await idle(world.jobs);
      expect(await world.handled()).toEqual([{ name: "once", attempt: 2 }]);
      const dead = await world.jobs.deadLetters({ limit: 10 });
      expect(dead.map(({ id, attempts, reason }) => [id, attempts, reason])).toEqual([
        ["garbled", 1, expect.stringMatching(/^invalid: Cannot accept CloudEvent/)],
        ["never", 2, "unavailable: not yet (gave up after 2 attempts)"],
        ["useless", 1, "unprocessable: of no use"],
      ]);
    });

    it("hand over batches, and of a batch only what failed comes again", async () => {
      const world = await openWorld();
      const all = ["a", "b", "c", "d", "e", "f", "g"];
      await world.readings.send(all.map((name) => bare(name, name === "c" ? { fail: "once" } : {})));
      const consumer = await world.consumer();
      await idle(world.readings);
      consumer.child.kill("SIGTERM");
      await consumer.ended;
      const batches = saidOf<string[]>(consumer, "batch");
      expect(batches[0]).toEqual(["a", "b", "c", "d", "e"]);
      expect(batches.flat().sort()).toEqual([...all, "c"].sort());
      expect((await world.readings.depth()).dead).toBe(0);
    });

    it("finish at SIGTERM what they began, and leave the rest as it was", async () => {
      const world = await openWorld();
      await world.jobs.send(
        names(12).map((name, index) => event(name, { waitMilliseconds: 500 + (index % 4) * 250 })),
      );
      const first = await world.consumer();
      await until(() => saidOf(first, "begun").length > 0);
      first.child.kill("SIGTERM");
      expect(await first.ended).toBe(0);
      expect(saidOf(first, "handled")).toHaveLength(saidOf(first, "begun").length);
      const { ready, delayed, inFlight } = await world.jobs.depth();
      expect([ready + delayed, inFlight]).toEqual([12 - saidOf(first, "begun").length, 0]);
      await world.consumer();
      await idle(world.jobs);
      const handled = await world.handled();
      expect(handled.map(({ name }) => name).sort()).toEqual(names(12).sort());
      expect(handled.every(({ attempt }) => attempt === 1)).toBe(true);
    });

    it("that are killed lose nothing: another one does it, when it is no longer hidden", async () => {
      const world = await openWorld();
      await world.jobs.send([event("slow", { waitMilliseconds: 1500 })]);
      const first = await world.consumer();
      await until(() => saidOf(first, "begun").length > 0);
      first.child.kill("SIGKILL");
      await first.ended;
      await world.later(30);
      await world.consumer();
      await idle(world.jobs);
      expect(await world.handled()).toEqual([{ name: "slow", attempt: 2 }]);
    });

    it("do not die of one message for ever: it is given up, and the others are handled", async () => {
      const world = await openWorld();
      await world.jobs.send([event("deadly", { die: true })]);
      for (let attempt = 1; attempt <= 2; attempt += 1) {
        await (await world.consumer()).ended;
        await world.later(30);
      }
      await world.jobs.send([event("harmless", {})]);
      await world.consumer();
      await idle(world.jobs);
      const [dead] = await world.jobs.deadLetters({ limit: 10 });
      expect(dead).toMatchObject({ id: "deadly", reason: expect.stringContaining("came to an end") });
      expect((await world.handled()).map(({ name }) => name)).toEqual(["harmless"]);
    });

    it("wait for a database that is away, alive, and take up their work when it is back", async () => {
      const world = await openWorld();
      await world.jobs.send([event("patient", {})]);
      const nowhere = "postgres://nobody@127.0.0.1:1/nothing";
      const lost = await startReady(fixture, {
        FAASADE_SERVE: "consume",
        JOBS_URL: nowhere,
        READINGS_URL: nowhere,
      });
      await until(() => lost.output().includes("Cannot take messages"));
      expect((await fetch(`${lost.origin}/.faasade/health`)).status).toBe(200);
      lost.child.kill("SIGTERM");
      expect(await lost.ended).toBe(0);
      await world.consumer();
      await idle(world.jobs);
      expect(await world.handled()).toHaveLength(1);
    });
  });
}
