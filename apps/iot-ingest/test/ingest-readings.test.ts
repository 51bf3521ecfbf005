// What devices send, good and bad: kept once, rolled up, or in quarantine with the reason.
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { start, World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await World.open({ MAX_ITEMS: "6000" });
}, 60_000);
beforeEach(() => world.clear(), 60_000);
afterAll(() => world.database.close());

const item = (sequence: number, temperature: unknown, at: unknown = start) => ({
  sequence,
  at,
  values: { temperature },
});
const kept = () =>
  world.rows<{ device: string; sequence: string; metric: string; value: number }>(
    "select device, sequence, metric, value from readings order by device, sequence, metric",
  );
const reasons = async () =>
  (await world.rows<{ reason: string }>("select reason from quarantine order by id")).map(
    ({ reason }) => reason,
  );

describe("a message", () => {
  it("is one reading, a list, or either of them packed or as text", async () => {
    const payloads = [
      item(1, 20),
      [item(2, 20), item(3, 20)],
      new Uint8Array(gzipSync(JSON.stringify([item(4, 20), item(5, 20)]))),
      new Uint8Array(gzipSync(JSON.stringify(item(6, 20)))),
      JSON.stringify(item(7, 20)),
      Buffer.from(JSON.stringify([item(8, 20)])),
    ];
    expect(
      await world.deliver(payloads.map((payload, n) => ({ device: "a", payload, id: `m${n}` }))),
    ).toEqual([]);
    expect((await kept()).map(({ sequence }) => Number(sequence))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await reasons()).toEqual([]);
  });

  it("says the same in each generation of the firmware and in every unit", async () => {
    const payload = [
      {
        seq: 1,
        ts: start / 1000,
        temp_f: 68,
        wind_mph: 10,
        pressure_mb: 1000,
        visib_mi: 1,
        precip_in: 1,
        humid: 50,
      },
      {
        firmware: 2,
        sequence: 2,
        at: new Date(start).toISOString(),
        values: {
          temperature: { value: 293.15, unit: "K" },
          "wind-speed": { value: 16.09344, unit: "km/h" },
          pressure: { value: 100_000, unit: "Pa" },
          visibility: { value: 1.609344, unit: "km" },
          precipitation: 25.4,
          humidity: { value: 0.5, unit: "ratio" },
        },
      },
    ];
    await world.deliver([{ device: "a", payload, id: "m" }]);
    const rows = await kept();
    const of = (sequence: string) =>
      Object.fromEntries(
        rows.filter((row) => row.sequence === sequence).map(({ metric, value }) => [metric, value]),
      );
    expect(of("1")).toEqual(of("2"));
    expect(of("1")).toEqual({
      temperature: 20,
      "wind-speed": 4.4704,
      pressure: 1000,
      visibility: 1609.344,
      precipitation: 25.4,
      humidity: 50,
    });
  });

  it("with one bad item keeps the others, and the bad one with its reason", async () => {
    const payload = [
      item(1, 20),
      item(2, "NaN"),
      item(3, null),
      item(4, 21),
      item(5, Number.NaN),
      item(6, 2000),
    ];
    expect(await world.deliver([{ device: "a", payload, id: "m" }])).toEqual([]);
    expect((await kept()).map(({ sequence }) => Number(sequence))).toEqual([1, 4]);
    expect(await reasons()).toEqual([
      'temperature is no number: "NaN"',
      "temperature is no number: null",
      "temperature is no number: null",
      "temperature of 2000 °C cannot be",
    ]);
  });

  it.each([
    [
      "a clock that was never set",
      item(1, 20, 12),
      "its clock was never set: it says 1970-01-01T00:00:12.000Z",
    ],
    [
      "a clock in the future",
      item(1, 20, start + 301_000),
      "its clock is ahead: it says 2026-03-29T12:05:01.000Z",
    ],
    ["a clock that says nonsense", item(1, 20, "noon"), 'its clock says "noon"'],
    ["a clock beyond all time", item(1, 20, 1e300), "its clock says 1e+300"],
    [
      "a reading that is too late",
      item(1, 20, start - 49 * 3_600_000),
      "it is too late: it is of 2026-03-27T11:00:00.000Z",
    ],
    ["an unknown firmware", { firmware: 3, n: 1 }, "firmware 3 says it in a way that is not known yet"],
    ["a new field", { seq: 1, ts: start / 1000, co2: 400 }, 'firmware 1 has no field "co2"'],
    ["no sequence", { values: { temperature: 1 } }, "it has no sequence"],
    ["a sequence that is none", { sequence: -1, values: {} }, /sequence|Invalid value/],
    ["an unknown metric", { sequence: 1, values: { mood: 1 } }, '"mood" is nothing that is measured here'],
    [
      "a name of the language's own",
      { sequence: 1, values: { toString: 1 } },
      '"toString" is nothing that is measured here',
    ],
    ["an unknown unit", { sequence: 1, values: { temperature: { value: 1, unit: "R" } } }, /not in "R"/],
    ["nothing measured", { sequence: 1, values: {} }, "it measures nothing"],
    ["another's name", { ...item(1, 20), device: "b" }, "a says it is b"],
    ["no JSON", '{"sequence":1,"values":{"temperature":NaN}}', /JSON/],
    ["broken gzip", Uint8Array.of(0x1f, 0x8b, 8, 0, 1), /./],
    ["bytes that are no text", Uint8Array.of(0xff, 0xfe), /./],
    ["a text with a zero", { sequence: 1, values: { "a\0b": 1 } }, /nothing that is measured/],
    ["null", null, "it has no sequence"],
  ])("with %s is quarantined", async (_title, payload, reason) => {
    expect(
      await world.deliver([
        { device: "a", payload, id: "bad" },
        { device: "a", payload: item(9, 1), id: "good" },
      ]),
    ).toEqual([]);
    expect(await reasons()).toEqual([typeof reason === "string" ? reason : expect.stringMatching(reason)]);
    expect(await kept()).toHaveLength(1);
  });

  it("of a clock without a zone is in UTC, wherever it is read", async () => {
    const zone = process.env.TZ;
    try {
      process.env.TZ = "America/New_York";
      const clocks = ["2026-03-29T11:59", "2026-03-29 11:59:00.000", "2026-03-29T13:59:00+0200"];
      const payload = clocks.map((clock, n) => item(n, 20, clock));
      expect(await world.deliver([{ device: "a", payload, id: "zones" }])).toEqual([]);
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
    expect(await reasons()).toEqual([]);
    const times = await world.rows("select distinct at::text from readings");
    expect(times).toEqual([{ at: String(Date.UTC(2026, 2, 29, 11, 59)) }]);
  });

  it("that unpacks to too much, or holds too many, is refused as a whole", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(8 << 20, " ")));
    const many = Array.from({ length: 6001 }, (_, n) => item(n, 20));
    await world.deliver([
      { device: "a", payload: bomb, id: "bomb" },
      { device: "a", payload: many, id: "many" },
    ]);
    expect(await reasons()).toEqual([
      expect.stringMatching(/larger than/),
      "it holds more than 6000 readings",
    ]);
    expect(await kept()).toEqual([]);
  });

  it("without a device is quarantined, unless the payload says which", async () => {
    await world.deliver([
      { payload: item(1, 20), id: "m" },
      { payload: { ...item(1, 20), device: "self" }, id: "n" },
    ]);
    expect((await kept()).map(({ device }) => device)).toEqual(["self"]);
    expect(await reasons()).toEqual(["nobody says which device it is of"]);
  });
});

describe("a reading", () => {
  it("that comes twice is kept once; one with the same number at another time is another, as counters begin anew", async () => {
    await world.deliver([{ device: "a", payload: [item(65_535, 20), item(0, 21, start + 1000)], id: "m1" }]);
    await world.deliver([{ device: "a", payload: [item(65_535, 20), item(0, 22, start + 2000)], id: "m2" }]);
    expect((await kept()).map(({ sequence, value }) => [Number(sequence), value])).toEqual([
      [0, 21],
      [0, 22],
      [65_535, 20],
    ]);
  });

  it("that waited in line is judged by when it came, and refused where a duplicate could not be told", async () => {
    world.now = start + 3 * 86_400_000;
    await world.deliver([{ device: "a", payload: item(1, 20), id: "m", receivedAt: start }]);
    expect(await kept()).toHaveLength(1);
    world.now = start + 7 * 86_400_000;
    await world.run("prune");
    await world.deliver([{ device: "a", payload: item(2, 20), id: "n", receivedAt: start }]);
    expect(await reasons()).toEqual(["it is too old: it is of 2026-03-29T12:00:00.000Z"]);
  });

  it("is averaged by minute, hour and day", async () => {
    const day = Date.UTC(2026, 2, 29);
    const payload = [
      item(1, 10, start),
      item(2, 20, start + 59_999),
      item(3, 40, start + 60_000),
      item(4, 30, start - 1),
    ];
    await world.deliver([{ device: "a", payload, id: "m" }]);
    const found = await world.rows(
      "select seconds, start::float8, count::integer, sum::float8, least, most from rollups order by seconds, start",
    );
    const hour = 3_600_000;
    expect(found).toEqual([
      { seconds: 60, start: start - 60_000, count: 1, sum: 30, least: 30, most: 30 },
      { seconds: 60, start, count: 2, sum: 30, least: 10, most: 20 },
      { seconds: 60, start: start + 60_000, count: 1, sum: 40, least: 40, most: 40 },
      { seconds: 3600, start: start - hour, count: 1, sum: 30, least: 30, most: 30 },
      { seconds: 3600, start, count: 3, sum: 70, least: 10, most: 40 },
      { seconds: 86_400, start: day, count: 4, sum: 100, least: 10, most: 40 },
    ]);
  });

  it("of a device that sends far more than others holds up nobody", async () => {
    const hot = Array.from({ length: 5000 }, (_, n) => item(n, 20 + (n % 10), start + n));
    await world.deliver([
      { device: "hot", payload: hot, id: "hot" },
      { device: "calm", payload: item(1, 20), id: "calm" },
    ]);
    const [sum] = await world.rows(
      "select count::integer, sum::integer from rollups where device = 'hot' and seconds = 60",
    );
    expect(sum).toEqual({ count: 5000, sum: 5000 * 24.5 });
    expect(await world.rows("select 1 as one from readings where device = 'calm'")).toHaveLength(1);
  });
});

describe("a reconnect storm", () => {
  it("of a fleet that says again what it was not told is taken leaves each reading once, whoever is at it", async () => {
    const fleet = Array.from({ length: 200 }, (_, n) => `d${n}`);
    const say = (again: number) =>
      fleet.map((device) => ({
        device,
        payload: [item(1, 20), item(2, 22, start + 1000)],
        id: `${device}-${again}`,
      }));
    await world.deliver(say(0).slice(0, 80));
    // Two consumers at once, each with other deliveries of the same.
    const failed = await Promise.all([world.deliver(say(1)), world.deliver(say(2).toReversed())]);
    expect(failed).toEqual([[], []]);
    const [sums] = await world.rows(
      "select sum(count)::integer as count, sum(sum)::integer as sum from rollups where seconds = 60",
    );
    expect(sums).toEqual({ count: 400, sum: 200 * 42 });
    expect(await kept()).toHaveLength(400);
  });
});

describe("prune", () => {
  it("deletes what is older than its time, and keeps the averages of days", async () => {
    await world.deliver([{ device: "a", payload: [item(1, 20), item(2, "x")], id: "m" }]);
    const count = async () =>
      (
        await world.rows<{ table: string; n: number }>(`
        select 'raw' as table, count(*)::integer as n from readings
        union all select seconds::text, count(*)::integer from rollups group by seconds
        union all select 'bad', count(*)::integer from quarantine order by 1`)
      ).flatMap(({ table, n }) => (n > 0 ? [table] : []));
    const after = async (days: number) => {
      world.now = start + days * 86_400_000;
      await world.run("prune");
      return count();
    };
    expect(await after(6.9)).toEqual(["3600", "60", "86400", "bad", "raw"]);
    expect(await after(7.1)).toEqual(["3600", "60", "86400", "bad"]);
    expect(await after(31)).toEqual(["3600", "86400"]);
    expect(await after(402)).toEqual(["86400"]);
  });
});
