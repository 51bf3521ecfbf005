// Reads each platform's dialect as its documentation or source has it, and nothing that is not in there.

/** Whether an expression is due in the minute that begins at an instant, in UTC. */
export type DueAt = (at: Date) => boolean;

interface FieldRule {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

type Span = readonly [from: number, to: number, step: number];
type ReadItem = (item: string, rule: FieldRule) => Span;

const minutes: FieldRule = { min: 0, max: 59 };
const hours: FieldRule = { min: 0, max: 23 };
const dates: FieldRule = { min: 1, max: 31 };
const months: FieldRule = { min: 1, max: 12 };
const weekdays: FieldRule = { min: 0, max: 6 };
const awsWeekdays: FieldRule = { min: 1, max: 7, names: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"] };

/**
 * EventBridge Scheduler: lists of values, ranges and steps from a value on; weekdays from 1, Sunday; a
 * question mark in exactly one day field.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function readAws(expression: string): DueAt {
  const inner = /^cron\(([^()]+)\)$/.exec(expression)?.[1] ?? "";
  const [minute, hour, date, month, weekday, year] = split(inner, 6);
  if (expression.length > 256) throw new Error(`a ScheduleExpression has 256 characters: ${expression}`);
  if (year !== "*" || (date === "?") === (weekday === "?")) throw new Error(`no AWS cron: ${expression}`);
  const onTime = readTime(minute, hour, month, readAwsItem);
  if (weekday === "?") {
    const due = readList(date, dates, readAwsItem);
    return (at) => onTime(at) && due.has(at.getUTCDate());
  }
  const due = readList(weekday, awsWeekdays, readAwsItem);
  return (at) => onTime(at) && due.has(at.getUTCDay() + 1);
}

/** NCRONTAB with seconds: all six must match. https://github.com/atifaziz/NCrontab CrontabSchedule.cs */
export function readAzure(expression: string): DueAt {
  const [second, minute, hour, date, month, weekday] = split(expression, 6);
  if (second !== "0") throw new Error(`not due at the start of a minute: ${expression}`);
  const onTime = readTime(minute, hour, month, readUnixItem);
  const dueDates = readList(date, dates, readUnixItem);
  const dueWeekdays = readList(weekday, weekdays, readUnixItem);
  return (at) => onTime(at) && dueDates.has(at.getUTCDate()) && dueWeekdays.has(at.getUTCDay());
}

/**
 * Cloud Scheduler: either day field, unless one is a star. What a star with a step counts as in a day field
 * is not said, so none is read. https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules
 */
export function readGoogle(expression: string): DueAt {
  return readUnix(expression, (day) => {
    if (day !== "*" && day.includes("*"))
      throw new Error(`what "${day}" counts as is not said: ${expression}`);
    return day === "*";
  });
}

/**
 * robfig/cron: either day field, unless one has a star without a step, or with a step of 1.
 * https://github.com/robfig/cron/tree/v3.0.1 parser.go and spec.go
 */
export function readKubernetes(expression: string): DueAt {
  return readUnix(expression, (day) => day.split(",").some((item) => item === "*" || item === "*/1"));
}

function readUnix(expression: string, isUnrestricted: (day: string) => boolean): DueAt {
  const [minute, hour, date, month, weekday] = split(expression, 5);
  const onTime = readTime(minute, hour, month, readUnixItem);
  const dueDates = readList(date, dates, readUnixItem);
  const dueWeekdays = readList(weekday, weekdays, readUnixItem);
  const both = [date, weekday].map(isUnrestricted).includes(true);
  return (at) => {
    const onDate = dueDates.has(at.getUTCDate());
    const onWeekday = dueWeekdays.has(at.getUTCDay());
    return onTime(at) && (both ? onDate && onWeekday : onDate || onWeekday);
  };
}

function readTime(minute: string, hour: string, month: string, readItem: ReadItem): DueAt {
  const dueMinutes = readList(minute, minutes, readItem);
  const dueHours = readList(hour, hours, readItem);
  const dueMonths = readList(month, months, readItem);
  return (at) =>
    dueMinutes.has(at.getUTCMinutes()) &&
    dueHours.has(at.getUTCHours()) &&
    dueMonths.has(at.getUTCMonth() + 1);
}

function readList(text: string, rule: FieldRule, readItem: ReadItem): ReadonlySet<number> {
  const due = new Set<number>();
  for (const item of text.split(",")) {
    const [from, to, step] = readItem(item, rule);
    if (from < rule.min || to > rule.max || from > to || step < 1) throw new Error(`out of range: ${text}`);
    for (let value = from; value <= to; value += step) due.add(value);
  }
  return due;
}

function readAwsItem(item: string, { min, max, names = [] }: FieldRule): Span {
  if (item === "*") return [min, max, 1];
  const [, first = "", mark, second = ""] = /^(\w+)(?:([-/])(\w+))?$/.exec(item) ?? [];
  function value(text: string): number {
    return names.includes(text) ? names.indexOf(text) + min : digits(text);
  }
  if (mark === "/") return [value(first), max, digits(second)];
  return [value(first), value(mark === "-" ? second : first), 1];
}

function readUnixItem(item: string, { min, max }: FieldRule): Span {
  const [, first = "", , last, step = "1"] = /^(\*|\d+)(-(\d+))?(?:\/(\d+))?$/.exec(item) ?? [];
  if (first === "*") return [min, max, digits(step)];
  if (last === undefined && step !== "1") throw new Error(`read differently by dialects: ${item}`);
  return [digits(first), digits(last ?? first), digits(step)];
}

function digits(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`no number: "${text}"`);
  return Number(text);
}

function split(expression: string, count: number): readonly [string, string, string, string, string, string] {
  const fields = expression.split(" ");
  if (fields.length !== count) throw new Error(`not ${count} fields: ${expression}`);
  const [a = "", b = "", c = "", d = "", e = "", f = ""] = fields;
  return [a, b, c, d, e, f];
}
