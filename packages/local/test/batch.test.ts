// Batches of a real world: what is taken together is delivered, however much it is, late or not to be read.
import type { OutgoingMessage } from "@faasade/connectors/queue";
import { encodeStructured } from "@faasade/core/cloudevents";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { moveClock, setChaos } from "../src/control/operate.ts";
import { homeAt, World } from "../src/index.ts";
import { makeRoot, until } from "./harness.ts";

vi.setConfig({ testTimeout: 60_000 });

let place: Awaited<ReturnType<typeof makeRoot>>;
let world: World;

beforeAll(async () => {
  place = await makeRoot("meters");
  world = await World.start({ home: homeAt(place.root, { FAASADE_DATA: place.data }) });
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await place?.remove();
}, 60_000);

const readings = () => world.queues.get("deliveries:meters/take");
const alerts = () => world.queues.get("deliveries:meters/note-alert");

function messageOf(id: string, data: Readonly<Record<string, unknown>>): OutgoingMessage {
  const { body, contentType } = encodeStructured({
    specversion: "1.0",
    id,
    source: "/test",
    type: "test",
    datacontenttype: "application/json",
    data,
    extensions: {},
  });
  return { id, body: Buffer.from(body), contentType };
}

async function rows<Row extends Record<string, unknown>>(query: string): Promise<readonly Row[]> {
  const notes = await world.databases.get("meters/notes");
  return (await notes.transaction((session) => session.query<Row>(query))).rows;
}

const untilEmpty = () =>
  until("the queue to be empty", async () => {
    const { ready, delayed, inFlight } = await readings().depth();
    return ready + delayed + inFlight === 0;
  });

describe("a batch", () => {
  it("is delivered in parts, where it is more than one delivery can be", async () => {
    const pad = "x".repeat(1 << 20);
    const messages = Array.from({ length: 20 }, (_, n) => messageOf(`big-${n}`, { n, pad }));
    await readings().send(messages);
    await untilEmpty();
    expect((await readings().depth()).dead).toBe(0);
    const taken = await rows<{ n: number; batch: number }>("select n, batch from readings order by n");
    expect(taken.map(({ n }) => n)).toEqual(messages.map((_, n) => n));
    expect(Math.max(...taken.map(({ batch }) => batch))).toBeGreaterThan(1);
  });

  it("waits its window for what comes after the first", async () => {
    let n = 1000;
    // Whoever is slow misses the window, and tries again.
    await until("two that came one after the other, taken as one", async () => {
      n += 2;
      await readings().send([messageOf(`first-${n}`, { n })]);
      await expect.poll(async () => (await readings().depth()).ready, { interval: 1 }).toBe(0);
      await readings().send([messageOf(`second-${n}`, { n: n + 1 })]);
      await untilEmpty();
      const [both] = await rows<{ least: number }>(
        `select min(batch) as least from readings where n between ${n} and ${n + 1}`,
      );
      return both?.least === 2;
    });
  });

  it("buries what cannot be read, with the reason, and goes on with the rest", async () => {
    const text = { id: "no event", body: Buffer.from("{"), contentType: "application/cloudevents+json" };
    await readings().send([messageOf("beside", { n: 2000 }), text]);
    const [letter] = await until("the dead letter", async () => {
      const letters = await readings().deadLetters({ limit: 9 });
      return letters.length > 0 && letters;
    });
    expect(letter).toMatchObject({
      id: "no event",
      attempts: 1,
      reason: expect.stringMatching(/^invalid: .*not JSON/),
    });
    await untilEmpty();
    expect(await rows("select event from readings where n = 2000")).toEqual([{ event: "beside" }]);
  });

  it("is told the most attempts that any of its messages has had", async () => {
    const delayed = async (count: number) => (await readings().depth()).delayed === count;
    await readings().send([messageOf("again", { n: 3000, fail: "much later" })]);
    await until("its second attempt to be due later", () => delayed(1));
    await readings().send([{ ...messageOf("fresh", { n: 3001 }), delaySeconds: 300 }]);
    const before = world.journal.entries().at(-1)?.sequence ?? 0;
    await moveClock(world, { advanceSeconds: 301 });
    await until("the row", async () => (await rows("select n from readings where n = 3001")).length === 1);
    await until("its third attempt to be due later", () => delayed(1));
    const attempts = world.journal
      .entries({ after: before })
      .filter(({ kind }) => kind === "attempt")
      .map(({ attempt }) => attempt);
    expect(attempts).toEqual([2]);
  });
});

describe("chaos", () => {
  it("holds back each delivery for some of the time that was said, and no other", async () => {
    setChaos(world, { delaySeconds: 3600 });
    const late = [1, 2, 3].map((n) => messageOf(`late-${n}`, { n }));
    await alerts().send(late);
    await until("them to be taken", async () => (await alerts().depth()).ready === 0);
    setChaos(world, { delaySeconds: 0 });
    await alerts().send([messageOf("prompt", { n: 4 })]);
    const noted = () => rows<{ n: number }>("select n from alerts order by n desc");
    const [first, ...others] = await until("the prompt one", async () => {
      const found = await noted();
      return found.some(({ n }) => n === 4) && found;
    });
    expect(first).toEqual({ n: 4 });
    // None of them had but seconds to wait, except by a chance of one in millions.
    expect(others.length).toBeLessThan(late.length);
  });
});
