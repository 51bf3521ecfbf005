import { describe, expect, it } from "vitest";
import { dueBetween, nextDue, previousDue, ScheduleError, schedule } from "../src/index.ts";
import { due } from "./due-text.ts";

describe("nextDue and previousDue", () => {
  const daily = schedule({ cron: "30 2 * * *" });
  const at = Date.parse("2026-05-05T02:30:00Z");

  it("are strict: a due time is neither after nor before itself", () => {
    expect(nextDue(daily, at - 1)).toBe(at);
    expect(nextDue(daily, at)).toBe(at + 86_400_000);
    expect(previousDue(daily, at + 1)).toBe(at);
    expect(previousDue(daily, at)).toBe(at - 86_400_000);
  });

  it("take fractions of a millisecond", () => {
    expect(nextDue(daily, at - 0.5)).toBe(at);
    expect(nextDue(daily, at + 0.5)).toBe(at + 86_400_000);
    expect(previousDue(daily, at + 0.5)).toBe(at);
  });

  it("work before 1970 and at the ends of the years they accept", () => {
    expect(new Date(nextDue(daily, Date.parse("1969-12-31T23:00:00Z"))).toISOString()).toBe(
      "1970-01-01T02:30:00.000Z",
    );
    expect(new Date(previousDue(daily, Date.parse("1960-01-01T00:00:00Z"))).toISOString()).toBe(
      "1959-12-31T02:30:00.000Z",
    );
    expect(nextDue(schedule({ cron: "0 0 29 2 *" }), Date.parse("9999-12-31T00:00:00Z"))).toBeGreaterThan(0);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e15])("refuse %s, which is no instant", (instant) => {
    expect(() => nextDue(daily, instant)).toThrow(ScheduleError);
    expect(() => previousDue(daily, instant)).toThrow(ScheduleError);
  });
});

describe("dueBetween", () => {
  it("excludes its start, includes its end and stops at its limit", () => {
    const hourly = schedule({ cron: "0 * * * *" });
    expect([...dueBetween(hourly, 0, 3 * 3_600_000)]).toEqual([3_600_000, 7_200_000, 10_800_000]);
    expect([...dueBetween(hourly, 0, 3 * 3_600_000, 2)]).toEqual([3_600_000, 7_200_000]);
    expect([...dueBetween(hourly, 0, 3 * 3_600_000, 0)]).toEqual([]);
  });

  it("is lazy, so that an endless stretch costs only what is taken", () => {
    const minutely = schedule({ cron: "* * * * *" });
    expect([...dueBetween(minutely, 0, 8e13).take(2)]).toEqual([60_000, 120_000]);
  });
});

describe("the day rule", () => {
  it("either day is enough when both are restricted", () => {
    expect(due("0 0 13 * FRI", "UTC", "2026-03-01T00:00Z", "2026-03-21T00:00Z")).toEqual([
      "2026-03-06T00:00Z",
      "2026-03-13T00:00Z",
      "2026-03-20T00:00Z",
    ]);
    expect(due("0 0 1 * FRI", "UTC", "2026-03-27T01:00Z", "2026-04-03T00:00Z")).toEqual([
      "2026-04-01T00:00Z",
      "2026-04-03T00:00Z",
    ]);
  });

  it("both must match when one begins with a star, stepped or not", () => {
    expect(due("0 0 */2 * MON", "UTC", "2026-03-01T01:00Z", "2026-03-31T00:00Z")).toEqual([
      "2026-03-09T00:00Z",
      "2026-03-23T00:00Z",
    ]);
  });

  it("29 February comes in leap years only, and not in 2100", () => {
    expect(due("0 0 29 2 *", "Europe/Berlin", "2026-01-01T00:00Z", "2036-03-01T00:00Z")).toEqual([
      "2028-02-28T23:00Z",
      "2032-02-28T23:00Z",
      "2036-02-28T23:00Z",
    ]);
    expect(due("0 0 29 2 *", "UTC", "2096-03-01T00:00Z", "2105-01-01T00:00Z")).toEqual(["2104-02-29T00:00Z"]);
  });

  it("29 February on a Monday is found across the century that has none", () => {
    expect(
      due("0 0 */28 2 MON", "UTC", "2088-03-01T00:00Z", "2120-01-01T00:00Z").filter((at) => /-29T/.test(at)),
    ).toEqual(["2112-02-29T00:00Z"]);
  });
});
