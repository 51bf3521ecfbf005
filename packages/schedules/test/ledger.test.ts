import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueBetween, dueId, type Misfire, planDue, ScheduleError, schedule } from "../src/index.ts";

const hour = 3_600_000;
const hourly = schedule({ cron: "0 * * * *" });

describe("planDue, after the host was down from 0:00 until 5:30", () => {
  const down = { schedule: hourly, lastDue: 0, now: 5.5 * hour };

  it("skip runs nothing and counts what passed", () => {
    expect(planDue({ ...down, misfire: "skip" })).toEqual({ due: [], missed: 5 });
  });

  it("once runs the latest for all of them", () => {
    expect(planDue({ ...down, misfire: "once" })).toEqual({ due: [5 * hour], missed: 4 });
  });

  it("all catches up the latest, oldest first, and counts those past the limit", () => {
    expect(planDue({ ...down, misfire: "all" }).due).toEqual([1, 2, 3, 4, 5].map((n) => n * hour));
    expect(planDue({ ...down, misfire: "all", limit: 2 })).toEqual({ due: [4 * hour, 5 * hour], missed: 3 });
  });
});

describe("planDue", () => {
  it("stops counting what passed at 100,000, so that years of absence do not hold up the host", () => {
    const minutely = schedule({ cron: "* * * * *" });
    const plan = planDue({ schedule: minutely, lastDue: 0, now: 87_600 * hour, misfire: "skip" });
    expect(plan).toEqual({ due: [87_600 * hour], missed: 100_000 });
  });

  it("never takes a due time that is now for missed", () => {
    expect(planDue({ schedule: hourly, lastDue: 0, now: 2 * hour, misfire: "skip" })).toEqual({
      due: [2 * hour],
      missed: 1,
    });
    expect(planDue({ schedule: hourly, lastDue: 0, now: 2 * hour, misfire: "once" }).due).toEqual([2 * hour]);
  });

  it("takes a due time within the grace for on time, so that a late tick loses nothing", () => {
    const tick = { schedule: hourly, lastDue: hour, now: 2 * hour + 40, misfire: "skip" } as const;
    expect(planDue(tick)).toEqual({ due: [], missed: 1 });
    expect(planDue({ ...tick, graceSeconds: 1 })).toEqual({ due: [2 * hour], missed: 0 });
  });

  it("owes a job that was never seen nothing", () => {
    expect(planDue({ schedule: hourly, lastDue: undefined, now: 5.5 * hour, misfire: "all" })).toEqual({
      due: [],
      missed: 0,
    });
    expect(planDue({ schedule: hourly, lastDue: undefined, now: 5 * hour, misfire: "all" }).due).toEqual([
      5 * hour,
    ]);
  });

  it("plans nothing when the clock went back", () => {
    expect(planDue({ schedule: hourly, lastDue: 9 * hour, now: 5 * hour, misfire: "all" })).toEqual({
      due: [],
      missed: 0,
    });
  });

  it("refuses a limit that is none", () => {
    const down = { schedule: hourly, lastDue: 0, now: hour, misfire: "all" } as const;
    expect(() => planDue({ ...down, limit: -1 })).toThrow(ScheduleError);
    expect(() => planDue({ ...down, limit: Number.NaN })).toThrow(ScheduleError);
    expect(() => planDue({ ...down, graceSeconds: -1 })).toThrow(ScheduleError);
  });

  it("accounts for every due time exactly once, however the host's stops are spread", () => {
    const crons = fc.constantFrom("*/7 * * * *", "0 * * * *", "30 2 * * *", "*/20 1-3 * * *");
    const policy = fc.constantFrom<Misfire[]>("skip", "once", "all");
    const pauses = fc.array(fc.integer({ min: 0, max: 30 * hour }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        crons,
        policy,
        pauses,
        fc.nat(5),
        fc.nat(7200),
        (cron, misfire, steps, limit, graceSeconds) => {
          const berlin = schedule({ cron, timeZone: "Europe/Berlin" });
          const start = Date.parse("2026-10-24T12:00:00Z");
          const ran: number[] = [];
          let missed = 0;
          let now = start;
          for (const step of steps) {
            const lastDue = now;
            now += step;
            const plan = planDue({ schedule: berlin, lastDue, now, misfire, limit, graceSeconds });
            ran.push(...plan.due);
            missed += plan.missed;
          }
          const all = [...dueBetween(berlin, start, now)];
          expect(ran.length + missed).toBe(all.length);
          expect(ran).toEqual(all.filter((due) => ran.includes(due)));
        },
      ),
    );
  });
});

describe("dueId", () => {
  it("names job and due time alike on every host", () => {
    expect(dueId("image-conversion/prune", Date.UTC(2026, 2, 29, 1))).toBe(
      "image-conversion/prune@2026-03-29T01:00:00Z",
    );
  });

  it("differs for the two hours of a fold", () => {
    const fold = schedule({ cron: "30 * * * *", timeZone: "Europe/Berlin" });
    const due = [...dueBetween(fold, Date.UTC(2026, 9, 25), Date.UTC(2026, 9, 25, 2))];
    expect(new Set(due.map((at) => dueId("prune", at))).size).toBe(2);
  });

  it("refuses what is no instant", () => {
    expect(() => dueId("prune", Number.NaN)).toThrow(ScheduleError);
    expect(() => dueId("prune", 0.5)).toThrow(ScheduleError);
  });
});
