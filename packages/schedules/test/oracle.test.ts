import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueBetween, nextDue, previousDue, schedule } from "../src/index.ts";
import { cronExpressions, type DrawnCron, matches } from "./expressions.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const wallClocks = new Map<string, (instant: number) => number>();

/** The zone's clock, which remembers what it showed: the same few days are watched over and over. */
function wallClock(timeZone: string): (instant: number) => number {
  const known = wallClocks.get(timeZone);
  if (known !== undefined) return known;
  const shown = new Map<number, number>();
  const reads = readClock(timeZone);
  const remembered = (instant: number): number => {
    const local = shown.get(instant) ?? reads(instant);
    shown.set(instant, local);
    return local;
  };
  wallClocks.set(timeZone, remembered);
  return remembered;
}

/** What a clock on the wall shows, as if it were UTC. */
function readClock(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  return (instant) => {
    const parts = Object.fromEntries(
      format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute);
  };
}

/** The rule of the README, word for word: look at the clock every minute, and remember what it showed. */
function watchTheClock(cron: DrawnCron, timeZone: string, from: number, to: number): number[] {
  const reads = wallClock(timeZone);
  const hourFromStar = cron.hour.text.startsWith("*");
  const interval = hourFromStar || cron.minute.text.startsWith("*");
  const shown = new Set<number>();
  const due: number[] = [];
  const watchFrom = from - 25 * hour;
  let last = reads(watchFrom);
  for (let now = watchFrom + minute; now <= to; now += minute) {
    const local = reads(now);
    let isDue = matches(cron, new Date(local)) && (interval || !shown.has(local));
    for (let lost = last + minute; lost < local && !hourFromStar && !isDue; lost += minute) {
      isDue = matches(cron, new Date(lost));
    }
    if (isDue && now > from) due.push(now);
    shown.add(local);
    last = local;
  }
  return due;
}

const changes: readonly (readonly [timeZone: string, change: string])[] = [
  ["UTC", "2026-03-29T01:00Z"],
  ["Asia/Kolkata", "2026-03-29T01:00Z"],
  ["Europe/Berlin", "2026-03-29T01:00Z"],
  ["Europe/Berlin", "2026-10-25T01:00Z"],
  ["Europe/London", "2026-10-25T01:00Z"],
  ["America/New_York", "2026-03-08T07:00Z"],
  ["America/New_York", "2026-11-01T06:00Z"],
  ["America/Sao_Paulo", "2018-11-04T03:00Z"],
  ["America/Sao_Paulo", "2018-02-18T02:00Z"],
  ["Australia/Lord_Howe", "2026-10-03T15:30Z"],
  ["Australia/Lord_Howe", "2026-04-04T15:00Z"],
  ["Africa/Casablanca", "2026-02-15T02:00Z"],
  ["Africa/Casablanca", "2026-03-22T02:00Z"],
  ["Pacific/Apia", "2011-12-30T10:00Z"],
  ["America/Caracas", "2016-05-01T07:00Z"],
  ["Asia/Pyongyang", "2015-08-14T15:00Z"],
  // On a multiple of 64 days since 1970, or just before, where what is kept about a zone is cut.
  ["Europe/Chisinau", "2020-10-25T00:00Z"],
  ["Africa/Tunis", "2005-09-30T00:00Z"],
  ["Asia/Jerusalem", "2019-03-29T00:00Z"],
];

const windows = fc.record({
  change: fc.constantFrom(...changes),
  minutesBefore: fc.integer({ min: -120, max: 30 * 60 }),
  minutesLong: fc.integer({ min: 1, max: 30 * 60 }),
});

describe("due times", () => {
  it("are those of someone who watches the zone's clock, minute by minute, across its changes", () => {
    fc.assert(
      fc.property(
        cronExpressions({ stars: true }),
        windows,
        (cron, { change, minutesBefore, minutesLong }) => {
          const [timeZone, at] = change;
          const from = Date.parse(at) - minutesBefore * minute;
          const to = from + minutesLong * minute;
          const planned = schedule({ cron: cron.expression, timeZone });
          const expected = watchTheClock(cron, timeZone, from, to);
          expect([...dueBetween(planned, from, to)]).toEqual(expected);
          expect(backwards(planned, from, to)).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  }, 120_000);

  it("lie around any instant with none between them, in any zone and year", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const instants = fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2100, 0) });
    fc.assert(
      fc.property(cronExpressions({ stars: true }), zones, instants, ({ expression }, timeZone, instant) => {
        const planned = schedule({ cron: expression, timeZone });
        const next = nextDue(planned, instant);
        const previous = previousDue(planned, instant + 1);
        expect(previous).toBeLessThanOrEqual(instant);
        expect(next).toBeGreaterThan(instant);
        expect(nextDue(planned, previous)).toBe(next);
        expect(previousDue(planned, next)).toBe(previous);
      }),
      { numRuns: 500 },
    );
  }, 120_000);

  it("of sparse schedules are those found by walking every day of a century", () => {
    const from = Date.UTC(2026, 0);
    const to = Date.UTC(2126, 0);
    const dates = cronExpressions({ stars: true }).map((cron) => ({
      ...cron,
      minute: { text: "0", values: new Set([0]) },
      hour: { text: "0", values: new Set([0]) },
      expression: `0 0 ${cron.day.text} ${cron.month.text} ${cron.weekday.text}`,
    }));
    fc.assert(
      fc.property(dates, (cron) => {
        const expected: number[] = [];
        for (let at = from + day; at <= to; at += day) if (matches(cron, new Date(at))) expected.push(at);
        const planned = schedule({ cron: cron.expression });
        expect([...dueBetween(planned, from, to)]).toEqual(expected);
        expect(backwards(planned, from, to)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  }, 120_000);
});

function backwards(planned: ReturnType<typeof schedule>, from: number, to: number): number[] {
  const found: number[] = [];
  for (let due = previousDue(planned, to + 1); due > from; due = previousDue(planned, due)) found.push(due);
  return found.reverse();
}
