import { describe, expect, it } from "vitest";
import {
  type Cron,
  fromAws,
  fromAzure,
  fromGoogle,
  fromKubernetes,
  parseCron,
  schedule,
  toAws,
  toKubernetes,
} from "../src/index.ts";

/** What a dialect's expression means, in a crontab's words. */
function meaning({ fields, eitherDay }: Cron): string {
  const lists = Object.values(fields).map(({ values }) => values.join(","));
  return `${lists.slice(0, 2).join(" ")} | ${lists.slice(2).join(" ")} | ${eitherDay ? "either" : "both"}`;
}

function same(one: Cron, other: string): void {
  expect(meaning(one)).toBe(meaning(parseCron(other)));
}

describe("a schedule of AWS", () => {
  it("0 10 * * ? * is ten o'clock each day, never ten seconds past the hour", () => {
    for (const written of ["0 10 * * ? *", "cron(0 10 * * ? *)"]) {
      const cron = fromAws(written);
      expect([cron.fields.minute.values, cron.fields.hour.values]).toEqual([[0], [10]]);
      same(cron, "0 10 * * *");
    }
    for (const read of [parseCron, fromAzure, fromGoogle, fromKubernetes])
      expect(() => read("0 10 * * ? *"), read.name).toThrow();
  });

  it.each([
    ["cron(0 9 ? * 2-6 *)", "0 9 * * 1-5"],
    ["cron(0 9 ? * MON-FRI *)", "0 9 * * 1-5"],
    ["cron(0 9 ? * 1 *)", "0 9 * * 0"],
    ["cron(0/15 * * * ? *)", "*/15 * * * *"],
    ["cron(5/15 * * * ? *)", "5-59/15 * * * *"],
    ["cron(15 10 1,15 JAN,JUL ? *)", "15 10 1,15 1,7 *"],
    ["rate(1 minute)", "* * * * *"],
    ["rate(5 minutes)", "*/5 * * * *"],
    ["rate(60 minutes)", "0 * * * *"],
    ["rate(1 hour)", "0 * * * *"],
    ["rate(12 hours)", "0 */12 * * *"],
    ["rate(1 day)", "0 0 * * *"],
  ])("%s is %s", (written, crontab) => same(fromAws(written), crontab));

  it("knows 0/15 for an interval, and 5/15 for times of the hour", () => {
    expect(fromAws("cron(0/15 * * * ? *)").fields.minute.wildcard).toBe(true);
    expect(fromAws("cron(5/15 * * * ? *)").fields.minute.wildcard).toBe(false);
    expect(toKubernetes(schedule({ cron: fromAws("cron(5/15 * * * ? *)") })).expressions).toEqual([
      "5,20,35,50 * * * *",
    ]);
  });

  it.each([
    ["cron(0 10 * * * *)", /exactly one of the day fields/],
    ["cron(0 10 ? * ? *)", /exactly one of the day fields/],
    ["cron(0 10 * * ?)", /found 5 fields/],
    ["cron(0 10 L * ? *)", /"L"/],
    ["cron(0 10 3W * ? *)", /"W"/],
    ["cron(0 10 ? * 6#3 *)", /"#"/],
    ["cron(0 10 * * ? 2027)", /the year 2027/],
    ["cron(0 10 ? * 0 *)", /0 is outside 1-7/],
    ["rate(1 minutes)", /a number and a unit/],
    ["rate(5 minute)", /a number and a unit/],
    ["rate(0 minutes)", /a number and a unit/],
    ["rate(7 minutes)", /divide neither/],
    ["rate(2 days)", /divide neither/],
    ["at(2027-01-01T00:00:00)", /due once/],
    [`cron(${"1,".repeat(600)}1 * * * ? *)`, /1\d{3} characters/],
  ])("%s is refused", (written, reason) => expect(() => fromAws(written)).toThrow(reason));
});

describe("a timer of Azure", () => {
  it.each([
    ["0 */5 * * * *", "*/5 * * * *"],
    ["0 0 9 * * Mon-Fri", "0 9 * * 1-5"],
    ["0 0 9 * January Monday", "0 9 * 1 1"],
    ["0 5/15 * * * *", "5-59/15 * * * *"],
    ["30 9 * * 1", "30 9 * * 1"],
  ])("%s is %s", (written, crontab) => same(fromAzure(written), crontab));

  it("is due on days that match both fields, which AWS and Kubernetes refuse", () => {
    const cron = fromAzure("0 0 0 13 * 5");
    expect(cron.eitherDay).toBe(false);
    expect(() => toAws(schedule({ cron }))).toThrow(
      /must match both day-of-month 13 and day-of-week 5, and no expression there has both/,
    );
  });

  it.each([
    ["*/10 * * * * *", /its seconds are "\*\/10"/],
    ["01:00:00", /found 1 fields/],
    ["0 0 9 * * 7", /7 is outside 0-6/],
    ["0 0 9 * * ?", /AWS and Quartz/],
    ["0 0 9 * Janus *", /no number or name/],
  ])("%s is refused", (written, reason) => expect(() => fromAzure(written)).toThrow(reason));
});

describe("a schedule of Google", () => {
  it("is a crontab's, where that is documented", () => {
    same(fromGoogle("30 2 * * MON-FRI"), "30 2 * * 1-5");
    same(fromGoogle("0 0 13 * 5"), "0 0 13 * 5");
    same(fromGoogle("0 0 */2 * *"), "0 0 */2 * *");
    expect(() => fromGoogle("0 0 */2 * 1")).toThrow(/either or both is not documented/);
    expect(() => fromGoogle("every 5 minutes")).toThrow(/five fields alone/);
    expect(() => fromGoogle("@daily")).toThrow(/five fields alone/);
  });
});

describe("a schedule of Kubernetes", () => {
  it.each([
    ["@daily", "0 0 * * *"],
    ["@every 5m", "*/5 * * * *"],
    ["@every 1h0m0s", "0 * * * *"],
    ["0 2 ? * 1", "0 2 * * 1"],
    ["5/15 * * * *", "5-59/15 * * * *"],
    ["0 0 */1 * 1", "0 0 * * 1"],
  ])("%s is %s", (written, crontab) => same(fromKubernetes(written), crontab));

  it("takes a star with a step for a restriction, of which either is enough", () => {
    expect(fromKubernetes("0 0 */2 * 1").eitherDay).toBe(true);
    expect(parseCron("0 0 */2 * 1").eitherDay).toBe(false);
  });

  it.each([
    ["0 0 * * 7", /7 is outside 0-6/],
    ["0 0 * * FRI-SUN", /runs backwards/],
    ["@every 90s", /not a macro/],
    ["@every 7m", /divide neither/],
    ["@reboot", /a start, not a time/],
    ["CRON_TZ=UTC 0 0 * * *", /does not belong here/],
    ["0 0 0 * * *", /seconds first/],
  ])("%s is refused", (written, reason) => expect(() => fromKubernetes(written)).toThrow(reason));
});
