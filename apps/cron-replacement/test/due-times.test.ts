// Which due times become runs: clocks that change, seldom days, absences, delays.
import { describe, expect, it } from "vitest";
import { World } from "./world.ts";

const probe = "probe-uptime https://well.example/";
const minute = 60_000;

/** A crontab of one line, under some variables. */
function crontab(line: string, variables: Readonly<Record<string, string>> = {}): string {
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  return `${set.join("")}${line} ${probe}\n`;
}

describe("the nights on which clocks change", () => {
  const nightly = crontab("30 2 * * *", { CRON_TZ: "Europe/Berlin" });

  it("in spring: a time that is skipped is run right after the gap", async () => {
    const world = new World(nightly, "2027-03-27T23:55Z");
    await world.pass(180);
    expect(await world.outcomes("probe-uptime")).toEqual(["2027-03-28T01:00 ok"]);
  });

  it("in autumn: a time that comes twice is run the first time", async () => {
    const world = new World(nightly, "2027-10-30T23:55Z");
    await world.pass(180);
    expect(await world.outcomes("probe-uptime")).toEqual(["2027-10-31T00:30 ok"]);
  });

  it("an interval goes on as real time does, through gap and fold", async () => {
    for (const night of ["2027-03-28T00:25Z", "2027-10-31T00:25Z"]) {
      const world = new World(crontab("*/30 * * * *", { CRON_TZ: "Europe/Berlin" }), night);
      await world.pass(65);
      const times = ["00:30", "01:00", "01:30"].map((time) => `${night.slice(0, 10)}T${time} ok`);
      expect(await world.outcomes("probe-uptime")).toEqual(times);
    }
  });
});

describe("seldom days", () => {
  it("29 February comes, and either day field is enough", async () => {
    const leap = new World(crontab("0 0 29 2 *"), "2028-02-28T23:58Z");
    await leap.pass(5);
    expect(await leap.outcomes("probe-uptime")).toEqual(["2028-02-29T00:00 ok"]);
    // 13 May 2027 is a Thursday, the 14th a Friday.
    for (const day of ["2027-05-13", "2027-05-14"]) {
      const either = new World(crontab("0 0 13 * FRI"), Date.parse(`${day}T00:00Z`) - minute);
      await either.pass(3);
      expect(await either.outcomes("probe-uptime")).toEqual([`${day}T00:00 ok`]);
    }
  });
});

describe("after an absence", () => {
  /** Ticks until 12:02, nothing until 12:36, ticks again. */
  async function away(variables: Readonly<Record<string, string>>): Promise<World> {
    const world = new World(crontab("*/5 * * * *", variables), "2027-05-01T11:59Z");
    await world.pass(3);
    world.now += 33 * minute;
    await world.pass(1);
    await world.drain();
    return world;
  }
  const at = (time: string) => `2027-05-01T${time}`;

  it("skip: the ledger says which due times were missed, and none of them runs", async () => {
    const world = await away({ MISFIRE: "skip" });
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 ok"),
      at("12:30 missed"),
      at("12:35 ok"),
    ]);
    const gap = (await world.rows("probe-uptime")).find(({ status }) => status === "missed")?.gap;
    expect(gap).toEqual({ first: "2027-05-01T12:05:00.000Z", count: 6 });
  });

  it("once: the latest runs for all, unless one is on time anyway", async () => {
    const world = new World(crontab("*/5 * * * *", { MISFIRE: "once" }), "2027-05-01T11:59Z");
    await world.pass(3);
    world.now += 32 * minute + 50_000;
    // Nothing is on time: the last due time is four minutes old.
    world.now += 4 * minute;
    await world.tick();
    await world.drain();
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 ok"),
      at("12:30 missed"),
      at("12:35 ok"),
    ]);
  });

  it("all: the latest N run, one after the other, oldest first", async () => {
    const world = await away({ MISFIRE: "all", CATCH_UP: "3" });
    expect(await world.outcomes("probe-uptime")).toEqual([
      at("12:00 ok"),
      at("12:15 missed"),
      at("12:20 ok"),
      at("12:25 ok"),
      at("12:30 ok"),
      at("12:35 ok"),
    ]);
    expect(world.effects.map((effect) => effect.slice(-13, -8))).toEqual([
      "12:00",
      "12:20",
      "12:25",
      "12:30",
      "12:35",
    ]);
  });

  it("a clock that goes back owes nothing, and nothing runs twice", async () => {
    const world = new World(crontab("* * * * *"), "2027-05-01T11:59:30Z");
    await world.pass(5);
    world.now -= 3 * minute;
    await world.pass(5);
    const runs = await world.outcomes("probe-uptime");
    expect(runs).toHaveLength(7);
    expect(new Set(world.effects).size).toBe(world.effects.length);
  });
});

describe("a random delay", () => {
  it("holds a run back by as much, and the ledger keeps its due time", async () => {
    const world = new World(crontab("0 12 * * *", { RANDOM_DELAY: "6" }), "2027-05-01T11:59:30Z");
    await world.pass(3);
    expect(await world.outcomes("probe-uptime")).toEqual(["2027-05-01T12:00 due"]);
    await world.pass(1);
    const [row] = await world.rows("probe-uptime");
    expect(row).toMatchObject({ status: "ok", startedAt: "2027-05-01T12:03:30.000Z" });
  });
});
