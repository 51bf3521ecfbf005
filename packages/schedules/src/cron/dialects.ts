// Knows other cron dialects well enough to name them, so that none is silently read as five fields.
import { ScheduleError } from "../error.ts";

/** @throws {ScheduleError} unless there are five fields, with the dialect meant and what to write instead. */
export function refuseOtherDialects(expression: string, fields: readonly string[]): void {
  const meant = otherDialect(fields);
  if (meant === undefined) return;
  const found = expression.trim();
  throw new ScheduleError(`Cannot read "${found}" as cron: ${meant}`, {
    position: 1,
    found,
    allowed: "five fields: minute hour day-of-month month day-of-week",
  });
}

const marks: readonly (readonly [mark: RegExp, meaning: string])[] = [
  [/\?/, 'where "?" is AWS and Quartz for "no value": write *'],
  [
    /^(?:L|LW|L-\d+|[0-9a-z]+L)$/i,
    'where "L" is AWS and Quartz for "the last"; five-field cron has no such day',
  ],
  [/^\d+W$/i, 'where "W" is AWS and Quartz for "the nearest weekday"; five-field cron has no such day'],
  [/#/, 'where "#" is AWS and Quartz for "the n-th weekday"; five-field cron has no such day'],
  [/^H\b/i, 'where "H" is Jenkins for "spread by hash": write a minute or hour'],
  [/~/, 'where "~" is cronie for "at random": write a value'],
];

/** Why a mark of another dialect stands there, or undefined when it is none that is known. */
export function foreignMark(item: string): string | undefined {
  return marks.find(([mark]) => mark.test(item))?.[1];
}

function otherDialect(fields: readonly string[]): string | undefined {
  const first = fields[0] ?? "";
  if (/^(?:cron|rate|at)\(/i.test(first)) {
    return "this is AWS EventBridge's form. Write five fields, without parentheses and without the year.";
  }
  if (/^(?:CRON_)?TZ=/i.test(first)) {
    const timeZone = first.slice(first.indexOf("=") + 1);
    return `the time zone does not belong here. Give it as timeZone: "${timeZone}".`;
  }
  if (fields.length === 5) return undefined;
  if (fields.length === 6 && /^(?:[\d*?L]|SUN|MON|TUE|WED|THU|FRI|SAT)/i.test(fields[5] ?? ""))
    return sixFields(fields);
  if (fields.length === 7 && /^(?:\*|\d{4}.*)$/.test(fields[6] ?? "")) {
    const five = without(fields.slice(1, 6), "seconds and year");
    return `seven fields with seconds first and year last are Quartz's. ${five}`;
  }
  const hint = fields.length > 5 ? " A command does not belong here." : "";
  return `found ${fields.length} fields. Write five: minute hour day-of-month month day-of-week.${hint}`;
}

function sixFields(fields: readonly string[]): string {
  const [, , third, fourth, fifth, sixth = ""] = fields;
  const year = without(fields.slice(0, 5), "the year");
  const yearLast = `six fields with the year last are AWS EventBridge's. ${year}`;
  const seconds = without(fields.slice(1), "the seconds");
  if (third === "?" || fifth === "?") return yearLast;
  if (fourth === "?" || sixth === "?") return `six fields with seconds first are Quartz's. ${seconds}`;
  if (/^\d{4}/.test(sixth)) return yearLast;
  return `six fields with seconds first are Azure's (NCRONTAB). ${seconds}`;
}

// AWS and Quartz count weekdays from 1, Azure from 0: digits there cannot be carried over unseen.
function without(fields: readonly string[], dropped: string): string {
  const weekdays = fields[4] ?? "";
  const five = fields.map((field) => (field === "?" ? "*" : field)).join(" ");
  const counting = /\d/.test(weekdays) ? ", with weekdays counted from 0, Sunday" : "";
  return `Leave out ${dropped}: write "${five}"${counting}.`;
}
