import { Cron as Croner } from "croner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueBetween, schedule } from "../src/index.ts";
import { cronExpressions } from "./expressions.ts";

const hour = 3_600_000;

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Africa/Casablanca",
];

function cronersNext(cron: string, timeZone: string, after: number, count: number): number[] {
  const job = new Croner(cron, { timezone: timeZone, paused: true });
  return job.nextRuns(count, new Date(after)).map((date) => date.getTime());
}

function ourNext(cron: string, timeZone: string, after: number, count: number): number[] {
  return [...dueBetween(schedule({ cron, timeZone }), after, Date.UTC(2200, 0), count)];
}

function offset(timeZone: string, instant: number): string {
  return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset", year: "numeric" }).format(
    instant,
  );
}

describe("croner, another implementation,", () => {
  it("agrees on the next due times wherever no clock changes between them", () => {
    const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2040, 0) });
    let compared = 0;
    fc.assert(
      fc.property(
        cronExpressions({ stars: false }),
        fc.constantFrom(...zones),
        instants,
        (cron, timeZone, after) => {
          const ours = ourNext(cron.expression, timeZone, after, 3);
          const end = (ours.at(-1) as number) + 26 * hour;
          for (let at = after - 26 * hour; at <= end; at += 7 * 24 * hour) {
            if (offset(timeZone, at).slice(6) !== offset(timeZone, end).slice(6)) return;
          }
          compared += 1;
          expect(cronersNext(cron.expression, timeZone, after, 3)).toEqual(ours);
        },
      ),
      { numRuns: 400 },
    );
    expect(compared).toBeGreaterThan(100);
  }, 120_000);

  it.each([
    ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00Z"],
    ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00Z"],
    ["30 2 * * *", "America/New_York", "2026-03-07T12:00Z"],
    ["30 1 * * *", "America/New_York", "2026-10-31T12:00Z"],
    ["0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z"],
    ["0 12 * * *", "Asia/Kolkata", "2026-03-28T12:00Z"],
    ["0 3 * * *", "Africa/Casablanca", "2026-02-13T12:00Z"],
  ])("agrees on a time of day across a change: %s in %s after %s", (cron, timeZone, after) => {
    const from = Date.parse(after);
    expect(ourNext(cron, timeZone, from, 3)).toEqual(cronersNext(cron, timeZone, from, 3));
  });
});
