import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  dueBetween,
  type PlatformSchedule,
  type Schedule,
  ScheduleError,
  schedule,
  toAws,
  toAzure,
  toGoogle,
  toKubernetes,
} from "../src/index.ts";
import { type DueAt, readAws, readAzure, readGoogle, readKubernetes } from "./dialect-readers.ts";
import { cronExpressions, type DrawnCron } from "./expressions.ts";

const msPerMinute = 60_000;
const msPerDay = 1440 * msPerMinute;
const start = Date.UTC(2026, 0);
const end = Date.UTC(2034, 0);

interface Platform {
  readonly name: string;
  readonly convert: (schedule: Schedule) => PlatformSchedule;
  readonly read: (expression: string) => DueAt;
}

const platforms: readonly Platform[] = [
  { name: "EventBridge Scheduler", convert: toAws, read: readAws },
  { name: "Azure Functions", convert: toAzure, read: readAzure },
  { name: "Cloud Scheduler", convert: toGoogle, read: readGoogle },
  { name: "Kubernetes", convert: toKubernetes, read: readKubernetes },
];

const worked: readonly (readonly [cron: string, aws: string[], azure: string[], five: string])[] = [
  ["* * * * *", ["cron(* * * * ? *)"], ["0 * * * * *"], "* * * * *"],
  ["*/15 * * * *", ["cron(0/15 * * * ? *)"], ["0 */15 * * * *"], "*/15 * * * *"],
  ["30 2 * * *", ["cron(30 2 * * ? *)"], ["0 30 2 * * *"], "30 2 * * *"],
  ["0 9-17/4 * * *", ["cron(0 9,13,17 * * ? *)"], ["0 0 9,13,17 * * *"], "0 9,13,17 * * *"],
  ["*/30,15 * * * *", ["cron(0,15,30 * * * ? *)"], ["0 0,15,30 * * * *"], "0,15,30 * * * *"],
  ["3,33 * * * *", ["cron(3,33 * * * ? *)"], ["0 3,33 * * * *"], "3,33 * * * *"],
  ["*/20,7 0-23 * * *", ["cron(0,7,20,40 * * * ? *)"], ["0 0,7,20,40 * * * *"], "0,7,20,40 * * * *"],
  ["0 0 1 */3 *", ["cron(0 0 1 1/3 ? *)"], ["0 0 0 1 */3 *"], "0 0 1 */3 *"],
  ["0 0 1 jan,JUN-aug *", ["cron(0 0 1 1,6-8 ? *)"], ["0 0 0 1 1,6-8 *"], "0 0 1 1,6-8 *"],
  ["0 9 * * MON-FRI", ["cron(0 9 ? * MON-FRI *)"], ["0 0 9 * * 1-5"], "0 9 * * 1-5"],
  ["0 9 * * 5-7", ["cron(0 9 ? * SUN,FRI,SAT *)"], ["0 0 9 * * 0,5,6"], "0 9 * * 0,5,6"],
  ["0 0 * * */2", ["cron(0 0 ? * SUN,TUE,THU,SAT *)"], ["0 0 0 * * 0,2,4,6"], "0 0 * * 0,2,4,6"],
  ["0 0 */10 * *", ["cron(0 0 1,11,21,31 * ? *)"], ["0 0 0 1,11,21,31 * *"], "0 0 1,11,21,31 * *"],
  ["@daily", ["cron(0 0 * * ? *)"], ["0 0 0 * * *"], "0 0 * * *"],
  ["@weekly", ["cron(0 0 ? * SUN *)"], ["0 0 0 * * 0"], "0 0 * * 0"],
  ["@yearly", ["cron(0 0 1 1 ? *)"], ["0 0 0 1 1 *"], "0 0 1 1 *"],
  // Either day is enough.
  [
    "0 0 13 * FRI",
    ["cron(0 0 13 * ? *)", "cron(0 0 ? * FRI *)"],
    ["0 0 0 13 * *", "0 0 0 1-12,14-31 * 5"],
    "0 0 13 * 5",
  ],
  [
    "0 0 28,29 2 MON",
    ["cron(0 0 28,29 2 ? *)", "cron(0 0 ? 2 MON *)"],
    ["0 0 0 28,29 2 *", "0 0 0 1-27 2 1"],
    "0 0 28,29 2 1",
  ],
  // Either day is enough, and one field has them all; or none that comes.
  ["0 0 1-31 * MON", ["cron(0 0 * * ? *)"], ["0 0 0 * * *"], "0 0 * * *"],
  ["0 0 13 * 0-6", ["cron(0 0 * * ? *)"], ["0 0 0 * * *"], "0 0 * * *"],
  ["0 0 30 2 MON", ["cron(0 0 ? 2 MON *)"], ["0 0 0 * 2 1"], "0 0 * 2 1"],
  // Both must match, and one field has them all.
  ["0 0 */1 * MON", ["cron(0 0 ? * MON *)"], ["0 0 0 * * 1"], "0 0 * * 1"],
  ["0 0 1-30 4,6 */2", ["cron(0 0 ? 4,6 SUN,TUE,THU,SAT *)"], ["0 0 0 * 4,6 0,2,4,6"], "0 0 * 4,6 0,2,4,6"],
];

// Few schedules restrict both day fields, and those are the ones on which dialects differ.
const anyCron = cronExpressions({ stars: true });
const crons = fc.oneof(
  anyCron,
  anyCron.filter(({ day, weekday }) => day.text !== "*" && weekday.text !== "*"),
);

describe("a schedule for a platform", () => {
  it.each(worked)(
    "%s is said in its dialect, with as many expressions as it takes",
    (cron, aws, azure, five) => {
      const planned = schedule({ cron });
      expect(toAws(planned)).toEqual({ expressions: aws, timeZone: "UTC" });
      expect(toAzure(planned)).toEqual({ expressions: azure, timeZone: "UTC" });
      expect(toGoogle(planned)).toEqual({ expressions: [five], timeZone: "UTC" });
      expect(toKubernetes(planned)).toEqual({ expressions: [five], timeZone: "UTC" });
    },
  );

  it("is due there on the same days for eight years, once, or twice on AWS when either day is enough", () => {
    const due = { read: 0, refused: 0 };
    const property = fc.property(crons.map(atTwoTimes), (cron) => {
      const ours = [...dueBetween(schedule({ cron: cron.expression }), start - 1, end - 1)];
      const candidates = datesOf(start, end, msPerDay).flatMap((date) =>
        [...cron.hour.values].flatMap((hour) =>
          [...cron.minute.values].map(
            (minute) => new Date(date.getTime() + (hour * 60 + minute) * msPerMinute),
          ),
        ),
      );
      for (const platform of platforms) {
        const readers = readersOf(platform, cron.expression);
        due[readers === undefined ? "refused" : "read"] += 1;
        if (readers !== undefined) expectSame(platform, readers, candidates, ours);
      }
    });
    fc.assert(property, { numRuns: 100 });
    expect(due.read).toBeGreaterThan(200);
    expect(due.refused).toBeGreaterThan(5);
  }, 120_000);

  it("is due there at the same minutes of the day, and at no others", () => {
    const days = fc.integer({ min: start / msPerDay, max: end / msPerDay });
    const property = fc.property(crons, days, (cron, firstDay) => {
      const [from, to] = [firstDay * msPerDay, (firstDay + 8) * msPerDay];
      const ours = [...dueBetween(schedule({ cron: cron.expression }), from - 1, to - 1)];
      const candidates = datesOf(from, to, msPerMinute);
      for (const platform of platforms) {
        const readers = readersOf(platform, cron.expression);
        if (readers !== undefined) expectSame(platform, readers, candidates, ours);
      }
    });
    fc.assert(property, { numRuns: 100 });
  }, 120_000);

  it("is refused only where a day must match both fields, and never on Azure, where it can", () => {
    const property = fc.property(crons, (cron) => {
      for (const platform of platforms) {
        const refused = readersOf(platform, cron.expression) === undefined;
        expect(refused, platform.name).toBe(platform.convert !== toAzure && needsBothDays(cron));
      }
    });
    fc.assert(property, { numRuns: 300 });
  }, 120_000);

  it("is refused with the reason and what would do", () => {
    const planned = schedule({ cron: "0 0 */2 * MON" });
    expect(toAzure(planned).expressions).toEqual(["0 0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 1"]);
    expect(() => toAws(planned)).toThrow(
      'Cannot schedule "0 0 */2 * MON" on EventBridge Scheduler: a day must match both day-of-month */2 ' +
        "and day-of-week MON, as one of them begins with *, and no expression there has both. " +
        "Write * for one of them, and let the function return early on the days that are not meant.",
    );
    expect(() => toGoogle(planned)).toThrow(/on Cloud Scheduler: .* either is enough there/);
    expect(() => toKubernetes(planned)).toThrow(/on Kubernetes: .* either is enough for robfig/);
  });

  it("fits in the 256 characters of AWS, however ragged it is", () => {
    const pairs = (first: number, last: number) =>
      datesOf(first, last + 1, 1)
        .map(Number)
        .filter((value) => (value - first) % 3 !== 2)
        .join(",");
    const ragged = `${pairs(0, 59)} ${pairs(0, 23)} ${pairs(1, 31)} ${pairs(1, 12)} ${pairs(0, 6)}`;
    const { expressions } = toAws(schedule({ cron: ragged }));
    expect(expressions).toHaveLength(2);
    for (const expression of expressions) expect(expression.length).toBeLessThanOrEqual(256);
  });

  it.each([
    ["Europe/Berlin", "Europe/Berlin"],
    ["america/new_york", "America/New_York"],
    ["utc", "UTC"],
    ["Etc/UTC", "Etc/UTC"],
    ["Asia/Kolkata", "Asia/Kolkata"],
  ])("keeps its time zone, %s, in the case that platforms look for: %s", (timeZone, expected) => {
    const planned = schedule({ cron: "0 0 * * *", timeZone });
    for (const { convert } of platforms) expect(convert(planned).timeZone).toBe(expected);
  });
});

/** What a platform is told, read back as it will read it; undefined when the schedule is refused. */
function readersOf({ convert, read }: Platform, cron: string): readonly DueAt[] | undefined {
  try {
    return convert(schedule({ cron })).expressions.map(read);
  } catch (error) {
    if (error instanceof ScheduleError) return undefined;
    throw error;
  }
}

function expectSame(
  { name, convert }: Platform,
  readers: readonly DueAt[],
  candidates: readonly Date[],
  ours: readonly number[],
): void {
  const theirs = candidates.flatMap((at) => readers.filter((isDue) => isDue(at)).map(() => at.getTime()));
  const seen = convert === toAws ? [...new Set(theirs)] : theirs;
  expect(seen, name).toEqual(ours);
}

/** The same days at few times, so that years of due times stay few. */
function atTwoTimes(cron: DrawnCron): DrawnCron {
  const { day, month, weekday } = cron;
  const expression = `17 0,23 ${day.text} ${month.text} ${weekday.text}`;
  const minute = { text: "17", values: new Set([17]) };
  return { ...cron, expression, minute, hour: { text: "0,23", values: new Set([0, 23]) } };
}

function datesOf(from: number, to: number, step: number): Date[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => new Date(from + index * step));
}

function needsBothDays({ day, month, weekday }: DrawnCron): boolean {
  const longest = Math.max(
    ...[...month.values].map((value) => new Date(Date.UTC(2024, value, 0)).getUTCDate()),
  );
  const dates = [...day.values].filter((value) => value <= longest).length;
  const both = day.text.startsWith("*") || weekday.text.startsWith("*");
  return both && dates < longest && weekday.values.size < 7;
}
