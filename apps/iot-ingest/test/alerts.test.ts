// Incidents: opened once, closed when it is quiet again, told once each, also by a process that dies.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { start, World } from "./world.ts";

const alerts = [
  { name: "heat", metric: "temperature", kind: "above", raise: 30, clear: 25 },
  { name: "cold", metric: "temperature", kind: "below", raise: 0, clear: 5 },
  { name: "jump", metric: "pressure", kind: "rate", raise: 2, clear: 1 },
  { name: "silent", metric: "temperature", kind: "missing", raise: 600, clear: 0 },
];
const minute = 60_000;

let world: World;
beforeAll(async () => {
  world = await World.open({ ALERTS: JSON.stringify(alerts) });
}, 60_000);
beforeEach(() => world.clear(), 60_000);
afterAll(() => world.database.close());

let sequence = 0;
async function measure(metric: string, value: number, minutes: number): Promise<void> {
  sequence += 1;
  world.now = Math.max(world.now, start + minutes * minute);
  const payload = { sequence, at: start + minutes * minute, values: { [metric]: value } };
  expect(await world.deliver([{ device: "a", payload, id: `m${sequence}` }])).toEqual([]);
}
async function told(): Promise<string[]> {
  await world.run("watch-fleet");
  const all = [...world.alerts.values()].map(({ rule, state, at, value }) =>
    [rule, state, (Date.parse(at) - start) / minute, value].join(" "),
  );
  world.alerts.clear();
  return all;
}

describe("an incident", () => {
  it("of a value too high opens once, stays while it swings above the quiet side, and closes there", async () => {
    for (const [place, value] of [20, 31, 29, 35, 26, 30].entries())
      await measure("temperature", value, place);
    expect(await told()).toEqual(["heat opened 1 31"]);
    expect(await told()).toEqual([]);
    await measure("temperature", 25, 6);
    await measure("temperature", 31, 7);
    expect(await told()).toEqual(["heat closed 6 25", "heat opened 7 31"]);
  });

  it("of a value too low is the same the other way round", async () => {
    for (const [place, value] of [1, 0, 4, -3, 5].entries()) await measure("temperature", value, place);
    expect(await told()).toEqual(["cold opened 1 0", "cold closed 4 5"]);
  });

  it("of a value that changes too fast opens whichever way it goes", async () => {
    for (const [minutes, value] of [
      [0, 1000],
      [1, 1001],
      [2, 998.9],
      [3, 997.5],
      [4, 997],
    ] as const)
      await measure("pressure", value, minutes);
    expect(await told()).toEqual(["jump opened 2 998.9", "jump closed 4 997"]);
  });

  it("of silence opens when nothing came for so long, and closes with the next reading", async () => {
    await measure("temperature", 20, 0);
    world.now = start + 9.9 * minute;
    expect(await told()).toEqual([]);
    world.now = start + 30 * minute;
    expect(await told()).toEqual(["silent opened 10 20"]);
    expect(await told()).toEqual([]);
    await measure("temperature", 21, 31);
    expect(await told()).toEqual(["silent closed 31 21"]);
  });

  it("is not changed by what comes late", async () => {
    await measure("temperature", 20, 5);
    await measure("temperature", 40, 4);
    expect(await told()).toEqual([]);
    expect(await world.rows("select most from rollups where seconds = 3600")).toEqual([{ most: 40 }]);
  });

  it("is told under the same id by a process that died while it told, wherever that was", async () => {
    await measure("temperature", 40, 0);
    const ids = new Set<string>();
    for (let points = 0; points < 12; points += 1) {
      let left = points;
      world.step = () => {
        if (left-- <= 0) throw new Error("the process died");
      };
      await world.run("watch-fleet").catch(() => {});
      for (const id of world.alerts.keys()) ids.add(id);
    }
    expect([...ids]).toEqual([`heat:a:${start}:opened`]);
    world.step = () => {};
    world.alerts.clear();
    expect(await told()).toEqual([]);
  });
});
