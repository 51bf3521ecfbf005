// Subscribers of MQTT topics: what was acknowledged was handled, and what fails comes again or is kept with the reason.
import { join } from "node:path";
import type { TopicDriver } from "@faasade/connectors/topic";
import { open } from "@faasade/connectors/topic/mqtt";
import { encodeStructured } from "@faasade/core/cloudevents";
import { describe, expect, it, onTestFinished } from "vitest";
import { startBroker, type TestBroker } from "../../../connectors/test/topic/broker.ts";
import { type Started, saidOf, startReady, until } from "./process.ts";

const fixture = join(import.meta.dirname, "subscriber-fixture.ts");

async function openWorld() {
  const broker = await startBroker();
  onTestFinished(() => broker.close());
  const urls = {
    NOTES_URL: `mqtt://127.0.0.1:${broker.port}/notes/+`,
    READINGS_URL: `mqtt://127.0.0.1:${broker.port}/devices/+/readings`,
  };
  const driverOf = (name: string, url: string): TopicDriver => {
    const driver = open(url, { name, clock: Date, configuration: () => undefined });
    onTestFinished(() => driver.close());
    return driver;
  };
  const started: Started[] = [];
  return {
    broker,
    notes: driverOf("notes", urls.NOTES_URL),
    readings: driverOf("readings", urls.READINGS_URL),
    async subscriber() {
      const one = await startReady(fixture, { FAASADE_SERVE: "consume", ...urls });
      started.push(one);
      // The broker keeps for it what is sent from now on.
      await until(() => subscribers(broker) >= 3);
      return one;
    },
    said: <Value>(name: string) => started.flatMap((one) => saidOf<Value>(one, name)),
  };
}

function subscribers({ aedes }: TestBroker): number {
  const clients = Object.values(
    (aedes as unknown as { clients: Record<string, { subscriptions: object }> }).clients,
  );
  return clients.filter(({ subscriptions }) => Object.keys(subscriptions).length > 0).length;
}

const reading = (name: string) => ({
  id: name,
  body: Buffer.from(JSON.stringify({ name })),
  contentType: "application/json",
  key: `d${name.length % 3}`,
});

describe("a subscriber", { timeout: 180_000 }, () => {
  it("tries again what may succeed, keeps with the reason what does not, and goes on with the others", async () => {
    const world = await openWorld();
    const dead = new Map<string, { id: string; reason: string; attempts: number }>();
    world.broker.aedes.subscribe(
      "faasade/dead-letters/notes/#",
      ({ payload }, done) => {
        const letter = JSON.parse(payload.toString()) as { id: string; reason: string; attempts: number };
        dead.set(letter.reason, letter);
        done();
      },
      () => {},
    );
    await world.subscriber();
    const note = (name: string, fail?: string) => {
      const type = { specversion: "1.0", source: "/test", type: "test", extensions: {} } as const;
      const { body, contentType } = encodeStructured({
        ...type,
        id: name,
        subject: name,
        data: { name, fail },
      });
      return { id: name, key: name, body: Buffer.from(body), contentType };
    };
    await world.notes.publish([
      note("once", "once"),
      note("never", "for now"),
      note("useless", "for good"),
      note("fine"),
    ]);
    await world.notes.publish([{ ...reading("garbled"), body: Buffer.from("{") }]);
    await until(() => dead.size === 3 && world.said("noted").length === 2);
    expect(world.said<{ name: string }>("noted").toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "fine", id: "fine", subject: "fine", attempt: 1 },
      { name: "once", id: "once", subject: "once", attempt: 2 },
    ]);
    expect([...dead.values()].map(({ reason, attempts }) => [reason, attempts]).toSorted()).toEqual([
      [expect.stringMatching(/^invalid: Cannot accept CloudEvent/), 1],
      ["unavailable: not yet (gave up after 2 attempts)", 2],
      ["unprocessable: of no use", 1],
    ]);
  });

  it("gives each function a copy of its own, in batches, with the device as subject", async () => {
    const world = await openWorld();
    await world.subscriber();
    const names = Array.from({ length: 120 }, (_, index) => `r${index}`);
    await world.readings.publish(names.map(reading));
    await until(() => world.said<string[]>("taken").flat().length >= 120);
    expect(world.said<string[]>("taken").flat().toSorted()).toEqual(
      names.map((name) => `d${name.length % 3}:${name}`).toSorted(),
    );
    await until(() => world.said<string[]>("watched").flat().length >= 120);
    expect(world.said<string[]>("watched").flat().toSorted()).toEqual(names.toSorted());
    expect(Math.max(...world.said<number>("begun"))).toBeGreaterThan(20);
  });

  it("that is killed again and again loses nothing that a device was told is taken", async () => {
    const world = await openWorld();
    let current = await world.subscriber();
    const sent: string[] = [];
    for (let kills = 0; kills < 5; kills += 1) {
      const before = saidOf(current, "begun").length;
      const sending = (async () => {
        for (let round = 0; round < 8; round += 1) {
          const some = Array.from({ length: 40 }, (_, index) => `n${sent.length + index}`);
          await world.readings.publish(some.map(reading));
          sent.push(...some);
        }
      })();
      await until(() => saidOf(current, "begun").length > before + kills);
      current.child.kill("SIGKILL");
      await current.ended;
      current = await world.subscriber();
      await sending;
    }
    const taken = (): Set<string> =>
      new Set(
        world
          .said<string[]>("taken")
          .flat()
          .map((one) => one.split(":")[1]!),
      );
    await until(() => taken().size === sent.length, 60);
    expect([...taken()].toSorted()).toEqual(sent.toSorted());
  });

  it("finishes at SIGTERM what it began; the next one takes the rest", async () => {
    const world = await openWorld();
    const first = await world.subscriber();
    const names = Array.from({ length: 400 }, (_, index) => `t${index}`);
    await world.readings.publish(names.map(reading));
    await until(() => saidOf(first, "begun").length > 0);
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    expect(saidOf(first, "taken")).toHaveLength(saidOf(first, "begun").length);
    await world.subscriber();
    await until(() => world.said<string[]>("taken").flat().length >= names.length);
    expect(
      world
        .said<string[]>("taken")
        .flat()
        .map((one) => one.split(":")[1])
        .toSorted(),
    ).toEqual(names.toSorted());
  });
});
