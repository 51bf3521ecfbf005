// Invariants under duplicates, reordering and crashes at every point.
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Change, judge } from "../src/judge.ts";
import { type Sent, start, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open({ ALERTS: JSON.stringify(alerts) });
}, 60_000);
afterAll(() => world.database.close());

const alerts = [
  { name: "heat", metric: "temperature", kind: "above", raise: 30, clear: 25 },
  { name: "frost", metric: "temperature", kind: "below", raise: 0, clear: 5 },
  { name: "jump", metric: "temperature", kind: "rate", raise: 40, clear: 10 },
] as const;

const item = fc.record({
  sequence: fc.integer({ min: 0, max: 3 }),
  at: fc.integer({ min: 0, max: 200 }).map((seconds) => start - seconds * 1000),
  values: fc.record({ temperature: fc.integer({ min: -1000, max: 4500 }).map((value) => value / 100) }),
});
const bad = fc.constantFrom<unknown>(
  { sequence: 1, values: { temperature: "NaN" } },
  { sequence: 1, at: 0, values: { temperature: 1 } },
  { firmware: 9 },
  "{",
  null,
);
const payload = fc.oneof(
  item,
  bad,
  fc.array(fc.oneof({ arbitrary: item, weight: 5 }, { arbitrary: bad, weight: 1 }), {
    minLength: 2,
    maxLength: 6,
  }),
  fc
    .array(item, { minLength: 2, maxLength: 4 })
    .map((list) => new Uint8Array(gzipSync(JSON.stringify(list)))),
);
const message = fc.record({ device: fc.constantFrom("a", "b"), payload });

interface Plan {
  readonly messages: readonly { device: string; payload: unknown }[];
  /** Which message each delivery holds; a message may be in many. */
  readonly deliveries: readonly (readonly number[])[];
  /** How many points each delivery passes before it dies; none: it does not. */
  readonly crashes: readonly (number | undefined)[];
}

const plan: fc.Arbitrary<Plan> = fc.array(message, { minLength: 1, maxLength: 12 }).chain((messages) =>
  fc.record({
    messages: fc.constant(messages),
    deliveries: fc.array(
      fc.uniqueArray(fc.nat({ max: messages.length - 1 }), { minLength: 1, maxLength: 6 }),
      { maxLength: 8 },
    ),
    crashes: fc.array(fc.option(fc.nat({ max: 12 }), { nil: undefined }), { minLength: 8, maxLength: 8 }),
  }),
);

/** Dies after so many points; undefined: never. */
function dieAfter(points: number | undefined): void {
  let left = points ?? Number.POSITIVE_INFINITY;
  world.step = () => {
    if (left-- <= 0) throw new Error("the process died");
  };
}

async function play({ messages, deliveries, crashes }: Plan): Promise<void> {
  await world.clear();
  const sent = messages.map((one, place): Sent => ({ ...one, id: `m${place}` }));
  for (const [place, indexes] of deliveries.entries()) {
    dieAfter(crashes[place]);
    await world.deliver(indexes.map((index) => sent[index]!));
    await world.run("watch-fleet").catch(() => {});
  }
  // What was not acknowledged comes again, and in the end everything has come.
  dieAfter(undefined);
  expect(await world.deliver(sent)).toEqual([]);
  await world.run("watch-fleet");
}

function goodOf({ messages }: Plan): Map<string, { device: string; at: number; value: number }> {
  const good = new Map<string, { device: string; at: number; value: number }>();
  for (const { device, payload: said } of messages) {
    const items = said instanceof Uint8Array ? JSON.parse(gunzip(said)) : Array.isArray(said) ? said : [said];
    for (const one of items as { sequence?: number; at?: number; values?: { temperature?: unknown } }[]) {
      const { sequence, at, values } = Object(one) as typeof one;
      if (typeof values?.temperature === "number" && at !== 0)
        good.set(
          `${device} ${sequence} ${at}`,
          good.get(`${device} ${sequence} ${at}`) ?? { device, at: at!, value: values.temperature },
        );
    }
  }
  return good;
}

const gunzip = (bytes: Uint8Array): string =>
  process.getBuiltinModule("node:zlib").gunzipSync(bytes).toString();

describe("whatever comes twice, in another order, or is cut off anywhere", () => {
  it("keeps every good reading once, and its averages are those of the raw readings", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (plan) => {
        await play(plan);
        const raw = await world.rows<{ device: string; sequence: string; at: string; value: number }>(
          "select * from readings",
        );
        const keys = raw.map(({ device, sequence, at }) => `${device} ${sequence} ${at}`);
        expect(keys.toSorted()).toEqual([...goodOf(plan).keys()].toSorted());
        const stored = await world.rows("select * from rollups order by device, metric, seconds, start");
        const recomputed = await world.rows(`
          select device, metric, seconds, at - at % (seconds * 1000::bigint) as start, count(*) as count,
                 sum(value::numeric) as sum, min(value) as least, max(value) as most
          from readings cross join unnest(array[60, 3600, 86400]) as seconds group by 1, 2, 3, 4 order by 1, 2, 3, 4`);
        expect(stored).toEqual(recomputed);
      }),
      { numRuns: 60 },
    );
  }, 240_000);

  it("quarantines every bad item once, and a bad item never holds up its batch", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (plan) => {
        await play(plan);
        const bads = plan.messages.flatMap(({ payload: said }, place) => {
          if (said instanceof Uint8Array) return [];
          const items = Array.isArray(said) ? said : [said];
          return items.flatMap(
            (one: { values?: { temperature?: unknown }; at?: number } | null | string, index) => {
              const isGood = typeof Object(one).values?.temperature === "number" && Object(one).at !== 0;
              return isGood ? [] : [`/readings:m${place}${items.length === 1 ? "" : `#${index}`}`];
            },
          );
        });
        const found = await world.rows<{ id: string }>("select id from quarantine");
        expect(found.map(({ id }) => id).toSorted()).toEqual(bads.toSorted());
      }),
      { numRuns: 30 },
    );
  }, 240_000);

  it("alerts once for an incident: of a rule and a device one is open at a time, and each is told of", async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (plan) => {
        await play(plan);
        const incidents = await world.rows<{
          rule: string;
          device: string;
          opened_at: string;
          closed_at: string | null;
        }>("select * from incidents order by rule, device, opened_at::bigint");
        for (const [place, one] of incidents.entries()) {
          const next = incidents[place + 1];
          if (next === undefined || next.rule !== one.rule || next.device !== one.device) continue;
          expect(one.closed_at, "two at a time").not.toBeNull();
          expect(Number(next.opened_at)).toBeGreaterThan(Number(one.closed_at));
        }
        const wanted = incidents.flatMap(({ rule, device, opened_at, closed_at }) => {
          const id = `${rule}:${device}:${opened_at}`;
          return closed_at === null ? [`${id}:opened`] : [`${id}:opened`, `${id}:closed`];
        });
        expect([...world.alerts.keys()].toSorted()).toEqual(wanted.toSorted());
      }),
      { numRuns: 60 },
    );
  }, 240_000);
});

describe("a rule", () => {
  const series = fc.array(fc.record({ at: fc.nat({ max: 50 }), value: fc.integer({ min: -10, max: 50 }) }), {
    maxLength: 40,
  });
  const rule = fc.constantFrom(...alerts);

  it("says the same whether readings come one by one or all at once", () => {
    fc.assert(
      fc.property(rule, series, (of, readings) => {
        const sorted = readings.toSorted((one, other) => one.at - other.at || one.value - other.value);
        const changes: Change[] = [];
        let watch: ReturnType<typeof judge>["watch"];
        for (const reading of sorted) {
          const judged = judge(of, watch, [reading]);
          watch = judged.watch;
          changes.push(...judged.changes);
        }
        expect(judge(of, undefined, readings)).toEqual({ watch, changes });
      }),
    );
  });

  it("opens and closes in turn, and holds still between its two limits", () => {
    fc.assert(
      fc.property(rule, series, (of, readings) => {
        const { changes } = judge(of, undefined, readings);
        for (const [place, change] of changes.entries()) {
          expect(change.state).toBe(place % 2 === 0 ? "opened" : "closed");
          if (of.kind === "above" && change.state === "opened")
            expect(change.value).toBeGreaterThanOrEqual(of.raise);
          if (of.kind === "above" && change.state === "closed")
            expect(change.value).toBeLessThanOrEqual(of.clear);
        }
      }),
    );
  });

  it("takes no notice of what is older than what it knows", () => {
    const { watch } = judge(alerts[0], undefined, [{ at: 10, value: 20 }]);
    expect(judge(alerts[0], watch, [{ at: 9, value: 40 }])).toEqual({ watch, changes: [] });
  });
});
