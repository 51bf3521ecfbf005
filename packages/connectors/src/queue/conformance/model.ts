// Any sequence of what can happen to a queue, against a model of what must be true of it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OpenedQueue, Queues } from "../conformance.ts";
import type { QueueDepth, QueueDriver } from "../driver.ts";
import { messageOf, textOf } from "./messages.ts";
import { Model, type Receipt } from "./model-state.ts";

type Real = OpenedQueue;
type Command = fc.AsyncCommand<Model, Real>;

/** One step; `describe` is what a failing run prints. */
const step = (title: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => title,
});

const ids = fc.constantFrom("a", "b", "c", "d", "e");
const consumer = fc.nat({ max: 1 });
const seconds = fc.integer({ min: 0, max: 40 });

const send = fc
  .tuple(fc.array(ids, { minLength: 1, maxLength: 3 }), seconds, consumer)
  .map(([sent, delay, by]) =>
    step(`send ${sent} after ${delay} s`, async (model, { consumers, clock }) => {
      const delaySeconds = model.capabilities.delays === "none" ? 0 : delay;
      const sentIds = sent.map((letter) => model.send(letter));
      await consumers[by]!.send(sentIds.map((id) => messageOf(id, { delaySeconds })));
      for (const id of sentIds) {
        if (model.live.has(id) || model.dead.has(id)) continue;
        model.live.set(id, { visibleAt: clock.now() + delaySeconds * 1000, attempts: 0, receipt: undefined });
      }
    }),
  );

const receive = fc
  .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 30 }), consumer)
  .map(([max, visibility, by]) =>
    step(`receive ${max} for ${visibility} s`, async (model, { consumers, clock }) => {
      const due = [...model.live].filter(([, message]) => message.visibleAt <= clock.now());
      const received = await consumers[by]!.receive({ max, visibilitySeconds: visibility });
      expect(received).toHaveLength(Math.min(max, due.length));
      for (const { id, receipt, attempt, body } of received) {
        const message = model.live.get(id);
        expect(message?.visibleAt, `${id} was not due`).toBeLessThanOrEqual(clock.now());
        expect(attempt).toBe(message!.attempts + 1);
        expect(new TextDecoder().decode(body)).toBe(textOf(id));
        expect(model.receipts.map((known) => known.receipt)).not.toContain(receipt);
        model.live.set(id, { visibleAt: clock.now() + visibility * 1000, attempts: attempt, receipt });
        model.receipts.push({ receipt, id, by });
      }
    }),
  );

/** Any receipt ever seen: one that holds, one outdated, one acknowledged long ago. */
const use = (
  title: string,
  act: (model: Model, real: Real, known: Receipt, held: boolean, by: QueueDriver) => Promise<void>,
) =>
  fc.tuple(fc.nat(), consumer).map(([place, chosen]) =>
    step(`${title} receipt ${place}`, async (model, real) => {
      const known = model.receipts[place % model.receipts.length];
      if (known === undefined || model.isUnclear(known, real.clock.now())) return;
      const by = model.capabilities.buriedBy === "receiver" ? known.by : chosen;
      await act(model, real, known, model.isHeld(known.receipt, known.id), real.consumers[by]!);
    }),
  );

const acknowledge = use("acknowledge", async (model, _real, { receipt, id }, held, by) => {
  expect(await by.acknowledge([receipt])).toEqual(held ? [receipt] : []);
  if (held) model.live.delete(id);
});

const release = use("release", async (model, { clock }, { receipt, id }, held, by) => {
  expect(await by.release(receipt, 5)).toBe(held);
  if (held) Object.assign(model.live.get(id)!, { visibleAt: clock.now() + 5000, receipt: undefined });
});

const extend = use("extend", async (model, { clock }, { receipt, id }, held, by) => {
  expect(await by.extend(receipt, 20)).toBe(held);
  if (held) model.live.get(id)!.visibleAt = clock.now() + 20_000;
});

const bury = use("bury", async (model, _real, { receipt, id }, held, by) => {
  expect(await by.bury(receipt, `because of ${receipt}`)).toBe(held);
  if (!held) return;
  model.dead.set(id, { attempts: model.live.get(id)!.attempts, reason: `because of ${receipt}` });
  model.live.delete(id);
});

const replay = fc.tuple(fc.uniqueArray(ids), consumer).map(([wanted, by]) =>
  step(`replay ${wanted}`, async (model, { consumers, clock }) => {
    const asked = wanted.map((letter) => model.idOf(letter));
    const expected = asked.filter((id) => model.dead.delete(id));
    expect((await consumers[by]!.replay(asked)).toSorted()).toEqual(expected.toSorted());
    for (const id of expected)
      model.live.set(id, { visibleAt: clock.now(), attempts: 0, receipt: undefined });
  }),
);

/** Also what a consumer that crashed leaves behind: nothing but time. */
const advance = seconds.map((passed) =>
  step(`${passed} s pass`, async (_model, { clock }) => clock.advance(passed)),
);

const look = consumer.map((by) =>
  step("look", async (model, { consumers, clock }) => {
    if (model.capabilities.depth !== "none") expectDepth(model, await consumers[by]!.depth(), clock.now());
    const letters = await consumers[by]!.deadLetters({ limit: 100 });
    const found = letters.map(({ id, attempts, reason, body }) => [
      id,
      attempts,
      reason,
      new TextDecoder().decode(body),
    ]);
    const expected = [...model.dead].map(([id, { attempts, reason }]) => [id, attempts, reason, textOf(id)]);
    expect(found.toSorted()).toEqual(expected.toSorted());
  }),
);

function expectDepth(model: Model, depth: QueueDepth, now: number): void {
  const live = [...model.live.values()];
  const hidden = live.filter(({ visibleAt }) => visibleAt > now);
  expect([depth.ready + depth.delayed + depth.inFlight, depth.dead]).toEqual([live.length, model.dead.size]);
  if (model.capabilities.depth !== "exact") return;
  expect(depth).toEqual({
    ready: live.length - hidden.length,
    delayed: hidden.filter(({ receipt }) => receipt === undefined).length,
    inFlight: hidden.filter(({ receipt }) => receipt !== undefined).length,
    dead: model.dead.size,
  });
}

const commands = fc.commands(
  [send, receive, receive, acknowledge, release, extend, bury, replay, advance, advance, look],
  { maxCommands: 60, size: "max" },
);

export function testModel({ capabilities, open }: Queues): void {
  describe("any sequence of events", () => {
    it("loses nothing unacknowledged, repeats nothing acknowledged, counts every attempt, keeps every dead letter", async () => {
      await fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const model = new Model(capabilities);
          const real = await open(2);
          await fc.asyncModelRun(() => ({ model, real }), sequence);
          // In the end, everything that was neither acknowledged nor buried comes once more, and nothing else.
          await real.clock.advance(100);
          const left = await real.consumers[0].receive({ max: 100, visibilitySeconds: 30 });
          expect(left.map(({ id }) => id).toSorted()).toEqual([...model.live.keys()].toSorted());
        }),
        { numRuns: 25 },
      );
    }, 120_000);
  });
}
