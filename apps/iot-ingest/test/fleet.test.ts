// The played fleet: real weather, the same each time, through the same door as every device.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { messagesOf } from "../src/fleet/messages.ts";
import { start, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open({ FLEET_SPEED: "720" });
}, 60_000);
beforeEach(() => world.clear(), 60_000);
afterAll(() => world.database.close());

/** Delivers what was sent, as the broker does. */
async function pass(): Promise<void> {
  const sent = world.published.splice(0).map(({ key = "", body }, n) => {
    const text = Buffer.from(body);
    const payload = text[0] === 0x1f ? new Uint8Array(text) : JSON.parse(text.toString());
    return { device: key, payload, id: `${world.now}:${n}` };
  });
  expect(await world.deliver(sent)).toEqual([]);
}

describe("the fleet", () => {
  it("plays a recorded hour every five seconds at 720 times life, and what is played twice is kept once", async () => {
    for (let minutes = 1; minutes <= 10; minutes += 1) {
      world.now = start + minutes * 60_000;
      await world.run("simulate-fleet");
      await pass();
      // A schedule may come twice.
      await world.run("simulate-fleet");
      await pass();
    }
    const kept = await world.rows(
      "select device, count(*)::integer as n, count(distinct sequence)::integer as hours from readings where metric = 'temperature' group by device order by device",
    );
    expect(kept).toEqual([
      { device: "ewr", n: 118, hours: 118 },
      { device: "jfk", n: 120, hours: 120 },
      { device: "lga", n: 120, hours: 120 },
    ]);
    const [weather] = await world.rows<{ least: number; most: number }>(
      "select min(least) as least, max(most) as most from rollups where metric = 'temperature' and seconds = 86400",
    );
    // New York in July.
    expect(weather?.least).toBeGreaterThan(15);
    expect(weather?.most).toBeLessThan(36);
    const reasons = await world.rows("select distinct device, reason from quarantine order by device");
    expect(reasons).toEqual([
      { device: "attic", reason: "its clock was never set: it says 1970-01-01T00:00:12.000Z" },
      { device: "ewr", reason: "it measures nothing" },
    ]);
  });

  it("sends the same for the same time, however the time is cut", () => {
    const whole = messagesOf(start, start + 120_000, 100);
    const halves = [
      ...messagesOf(start, start + 36_001, 100),
      ...messagesOf(start + 36_001, start + 120_000, 100),
    ];
    const of = (messages: typeof whole) =>
      messages.filter(({ device }) => device === "ewr").map(({ payload }) => payload);
    expect(of(halves)).toEqual(of(whole));
    expect(of(whole)).toHaveLength(4);
  });
});
