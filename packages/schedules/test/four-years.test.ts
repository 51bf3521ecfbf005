// Four years in five zones: croner as the oracle, and every dialect there and back.
import { Cron as Croner } from "croner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cron,
  dueBetween,
  fromAws,
  fromAzure,
  fromGoogle,
  fromKubernetes,
  type PlatformSchedule,
  type Schedule,
  ScheduleError,
  schedule,
  toAws,
  toAzure,
  toGoogle,
  toKubernetes,
} from "../src/index.ts";
import { cronExpressions, type DrawnCron } from "./expressions.ts";

const day = 86_400_000;
const start = Date.UTC(2025, 5, 1);
const end = Date.UTC(2029, 5, 1);
const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney");

const dialects: readonly (readonly [
  name: string,
  to: (schedule: Schedule) => PlatformSchedule,
  from: (expression: string) => Cron,
])[] = [
  ["EventBridge Scheduler", toAws, fromAws],
  ["Azure Functions", toAzure, fromAzure],
  ["Cloud Scheduler", toGoogle, fromGoogle],
  ["Kubernetes", toKubernetes, fromKubernetes],
];

/** Due at most twice a day, so that four years stay few. */
function atTimes(cron: DrawnCron, minute: number, hours: string): string {
  return `${minute} ${hours} ${cron.day.text} ${cron.month.text} ${cron.weekday.text}`;
}

function dueOf(planned: Schedule): number[] {
  return [...dueBetween(planned, start, end)];
}

/** Platforms and croner have rules of their own for the days on which clocks change. */
function steady({ zone }: Schedule, due: readonly number[]): number[] {
  return due.filter((at) => zone.spanAt(at - day).offset === zone.spanAt(at + day).offset);
}

/** Until the end: more than ours are asked for, since croner may be due twice where clocks go back. */
function cronersDue(expression: string, timeZone: string, ours: number): number[] {
  const job = new Croner(expression, { timezone: timeZone, paused: true });
  const due = job.nextRuns(ours + 2 * 2 * 4 + 1, new Date(start)).map((date) => date.getTime());
  return due.filter((at) => at <= end);
}

describe("four years in five zones", () => {
  it("are croner's, the days apart on which clocks change", () => {
    const property = fc.property(
      cronExpressions({ stars: false }),
      fc.nat(59),
      fc.constantFrom("0,12", "3", "2,23", "1-2"),
      zones,
      (cron, minute, hours, timeZone) => {
        const expression = atTimes(cron, minute, hours);
        const planned = schedule({ cron: expression, timeZone });
        const ours = dueOf(planned);
        const theirs = cronersDue(expression, timeZone, ours.length);
        expect(steady(planned, theirs)).toEqual(steady(planned, ours));
      },
    );
    fc.assert(property, { numRuns: 25 });
  }, 120_000);

  it("are croner's on every day for one time of day, in a gap and in a fold too", () => {
    const property = fc.property(fc.nat(59), fc.nat(4), zones, (minute, hour, timeZone) => {
      const expression = `${minute} ${hour} * * *`;
      const ours = dueOf(schedule({ cron: expression, timeZone }));
      expect(ours).toHaveLength(1461);
      expect(cronersDue(expression, timeZone, ours.length)).toEqual(ours);
    });
    fc.assert(property, { numRuns: 15 });
  }, 120_000);

  it("are the same in every dialect that can say a schedule, read back", () => {
    let read = 0;
    const property = fc.property(
      cronExpressions({ stars: true }),
      fc.nat(59),
      fc.constantFrom("0,12", "3", "2,23"),
      zones,
      (cron, minute, hours, timeZone) => {
        const planned = schedule({ cron: atTimes(cron, minute, hours), timeZone });
        const ours = steady(planned, dueOf(planned));
        for (const [name, to, from] of dialects) {
          const said = saidIn(to, planned);
          if (said === undefined) continue;
          read += 1;
          const due = said.expressions.flatMap((expression) => {
            const reread = schedule({ cron: from(expression), timeZone: said.timeZone });
            return steady(reread, dueOf(reread));
          });
          // AWS invokes twice where both of its expressions are due.
          expect(
            [...new Set(due)].sort((a, b) => a - b),
            `${name}: ${said.expressions.join(" | ")}`,
          ).toEqual(ours);
        }
      },
    );
    fc.assert(property, { numRuns: 40 });
    expect(read).toBeGreaterThan(80);
  }, 120_000);

  it("are croner's for what is read from AWS, with a second and a year around it", () => {
    const property = fc.property(
      cronExpressions({ stars: false }),
      fc.nat(59),
      zones,
      (cron, minute, timeZone) => {
        for (const expression of toAws(schedule({ cron: atTimes(cron, minute, "5,17") })).expressions) {
          const planned = schedule({ cron: fromAws(expression), timeZone });
          const ours = dueOf(planned);
          // Croner has AWS's seven fields, but no step from a value, of which the months may have one.
          const spelled = expression.slice(5, -1).replace(/\b(\d+)\/(\d+)/, "$1-12/$2");
          const theirs = cronersDue(`0 ${spelled}`, timeZone, ours.length);
          expect(steady(planned, theirs)).toEqual(steady(planned, ours));
        }
      },
    );
    fc.assert(property, { numRuns: 15 });
  }, 120_000);
});

function saidIn(
  to: (schedule: Schedule) => PlatformSchedule,
  planned: Schedule,
): PlatformSchedule | undefined {
  try {
    return to(planned);
  } catch (error) {
    if (error instanceof ScheduleError) return undefined;
    throw error;
  }
}
