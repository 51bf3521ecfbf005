import { describe, expect, it } from "vitest";
import { type CronFieldName, parseCron, ScheduleError } from "../src/index.ts";

function values(expression: string, field: CronFieldName): readonly number[] {
  return parseCron(expression).fields[field].values;
}

function refusal(expression: string): ScheduleError {
  try {
    parseCron(expression);
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error(`"${expression}" was not refused`);
}

describe("parseCron", () => {
  it("reads lists, ranges and steps, in order and without repetition", () => {
    expect(values("5,1-3,2,*/20 * * * *", "minute")).toEqual([0, 1, 2, 3, 5, 20, 40]);
    expect(values("0 9-17/4 * * *", "hour")).toEqual([9, 13, 17]);
    expect(values("00 09 * * *", "hour")).toEqual([9]);
  });

  it("reads names of months and weekdays in any case", () => {
    expect(values("0 0 * jan,Jun-AUG *", "month")).toEqual([1, 6, 7, 8]);
    expect(values("0 0 * * mon-FRI", "day-of-week")).toEqual([1, 2, 3, 4, 5]);
  });

  it("takes 7 for Sunday, and Sunday as the end of a week", () => {
    expect(values("0 0 * * 7", "day-of-week")).toEqual([0]);
    expect(values("0 0 * * 5-7", "day-of-week")).toEqual([0, 5, 6]);
    expect(values("0 0 * * FRI-SUN", "day-of-week")).toEqual([0, 5, 6]);
    expect(values("0 0 * * SUN-TUE", "day-of-week")).toEqual([0, 1, 2]);
    expect(values("0 0 * * *", "day-of-week")).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ["@hourly", "0 * * * *"],
    ["@daily", "0 0 * * *"],
    ["@midnight", "0 0 * * *"],
    ["@weekly", "0 0 * * 0"],
    ["@monthly", "0 0 1 * *"],
    ["@yearly", "0 0 1 1 *"],
    [" @Annually ", "0 0 1 1 *"],
  ])("spells out %s", (macro, expression) => {
    expect(parseCron(macro).expression).toBe(expression);
  });

  it("closes up white space, so that equal schedules compare equal", () => {
    expect(parseCron("  0\t2  * * MON ").expression).toBe("0 2 * * MON");
  });

  it("knows a field that begins with a star, for the day rule and the DST rule", () => {
    const { fields } = parseCron("*/5 0-23 1,*/2 * 3,*");
    expect(Object.values(fields).map((field) => field.wildcard)).toEqual([true, false, false, true, false]);
  });
});

describe("parseCron refuses", () => {
  it("a value out of range, naming field, character, what was found and what is allowed", () => {
    const error = refusal("0 3,25 * * *");
    expect(error.name).toBe("ScheduleError");
    expect(error.details).toEqual({
      field: "hour",
      position: 5,
      found: "25",
      allowed: "0-23, *, lists (0,23), ranges (0-23) and steps (*/2, 0-23/2)",
    });
    expect(error.message).toBe(
      'Cannot read the hour of "0 3,25 * * *": found "25" at character 5, and 25 is outside 0-23. ' +
        "Allowed: 0-23, *, lists (0,23), ranges (0-23) and steps (*/2, 0-23/2).",
    );
  });

  it.each([
    ["60 * * * *", "60 is outside 0-59"],
    ["0 0 0 * *", "0 is outside 1-31"],
    ["0 0 * 13 *", "13 is outside 1-12"],
    ["0 0 * * 8", "8 is outside 0-7"],
    ["0 0 * FEBRUARY *", '"FEBRUARY" is no number or name'],
    ["0 MON * * *", '"MON" is no number or name'],
    ["1,,2 * * * *", "no value, range or step"],
    ["-5 * * * *", "no value, range or step"],
    ["1.5 * * * *", "no value, range or step"],
    ["0 22-2 * * *", "write 22-23,0-2"],
    ["0 0 * * 6-2", "write 6-7,0-2"],
    ["5/15 * * * *", "write 5-59/15"],
    ["*/0 * * * *", "a step of 0"],
    ["*/90 * * * *", "a step of 90 never takes a second step"],
    ["0 */24 * * *", "a step of 24 never takes a second step"],
  ])("%s: %s", (expression, reason) => {
    expect(refusal(expression).message).toContain(reason);
  });

  it.each([
    ["0 10 * * ? *", "AWS EventBridge", '"0 10 * * *"'],
    ["0 10 ? * MON-FRI *", "AWS EventBridge", '"0 10 * * MON-FRI"'],
    ["0 10 ? * 2 *", "AWS EventBridge", "weekdays counted from 0"],
    ["0 10 1 1 * 2026", "AWS EventBridge", '"0 10 1 1 *"'],
    ["cron(0 10 * * ? *)", "AWS EventBridge", "five fields"],
    ["rate(5 minutes)", "AWS EventBridge", "five fields"],
    ["0 0 10 * * *", "Azure", '"0 10 * * *"'],
    ["0 30 9 * * Mon-Fri", "Azure", '"30 9 * * Mon-Fri"'],
    ["0 0 12 ? * WED", "Quartz", '"0 12 * * WED"'],
    ["0 0 12 * * ?", "Quartz", '"0 12 * * *"'],
    ["0 15 10 ? * * 2026", "Quartz", '"15 10 * * *"'],
    ["0 0 ? * 1", "AWS and Quartz", "write *"],
    ["0 0 L * *", '"L" is AWS and Quartz', "no such day"],
    ["0 0 * * 5L", '"L" is AWS and Quartz', "no such day"],
    ["0 0 15W * *", '"W" is AWS and Quartz', "no such day"],
    ["0 0 * * 5#2", '"#" is AWS and Quartz', "no such day"],
    ["H/15 * * * *", "Jenkins", "write a minute or hour"],
    ["H(0-29) * * * *", "Jenkins", "write a minute or hour"],
    ["0~30 * * * *", "cronie", "write a value"],
    ["CRON_TZ=Europe/Berlin 0 5 * * *", "time zone", 'timeZone: "Europe/Berlin"'],
    ["@reboot", "a start, not a time", "five fields"],
    ["@every 5m", "not a macro", '"*/5 * * * *"'],
    ["0 5 * * * /bin/backup", "found 6 fields", "A command does not belong here"],
    ["0 5 * * * root tar c /", "found 9 fields", "A command does not belong here"],
    ["0 5 * *", "found 4 fields", "minute hour day-of-month month day-of-week"],
    ["", "found 0 fields", "minute hour day-of-month month day-of-week"],
  ])("%s, naming the dialect or the reason, and what to write", (expression, dialect, instead) => {
    const { message } = refusal(expression);
    expect(message).toContain(dialect);
    expect(message).toContain(instead);
  });

  it.each(["30 2 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 2 */2"])(
    "%s, a date that never comes",
    (expression) => {
      expect(refusal(expression).message).toMatch(/never due.*day-of-month up to (29|30)/);
    },
  );

  it("no date that comes seldom, or whose weekday is enough", () => {
    expect(() => parseCron("0 0 29 2 *")).not.toThrow();
    expect(() => parseCron("0 0 31 1,2 *")).not.toThrow();
    expect(() => parseCron("0 0 30 2 MON")).not.toThrow();
  });

  it("an oversized expression before reading it", () => {
    expect(refusal("1,".repeat(600)).message).toContain("1200 characters");
  });
});
