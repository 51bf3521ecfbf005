// A cron expression compiled to bit sets, and the search for the minutes it matches on a zoneless calendar.
import type { Cron } from "./cron/cron.ts";

export interface Timetable {
  /** The 1440 minutes of a day, 32 to a word. */
  readonly minutes: Uint32Array;
  readonly firstMinute: number;
  readonly lastMinute: number;
  /** Bit 0 is January. */
  readonly months: number;
  /** Bit 0 is the 1st. */
  readonly days: number;
  /** The days of a month that fall on a due weekday, as bits; one mask for each weekday the 1st can be. */
  readonly weekdays: Int32Array;
  readonly eitherDay: boolean;
}

const minutesPerDay = 1440;
const msPerDay = 86_400_000;

export function compile(cron: Cron): Timetable {
  const { fields } = cron;
  const minutes = new Uint32Array(minutesPerDay / 32);
  const due = fields.hour.values.flatMap((hour) => fields.minute.values.map((minute) => hour * 60 + minute));
  for (const minute of due) minutes[minute >> 5] = (minutes[minute >> 5] as number) | (1 << (minute & 31));
  const weekdays = Int32Array.from({ length: 7 }, (_, weekdayOfFirst) =>
    bits(Array.from({ length: 31 }, (_, day) => day).filter((day) => onWeekday((weekdayOfFirst + day) % 7))),
  );
  function onWeekday(weekday: number): boolean {
    return fields["day-of-week"].values.includes(weekday);
  }
  return {
    minutes,
    firstMinute: due[0] as number,
    lastMinute: due.at(-1) as number,
    months: bits(fields.month.values.map((month) => month - 1)),
    days: bits(fields["day-of-month"].values.map((day) => day - 1)),
    weekdays,
    eitherDay: cron.eitherDay,
  };
}

/** The first due minute at or after `minute`; both count from 1970-01-01T00:00 on the local clock. */
export function nextMinute(table: Timetable, minute: number): number {
  const today = Math.floor(minute / minutesPerDay);
  let day = nextDay(table, today);
  if (day === today) {
    const found = nextMinuteOfDay(table.minutes, minute - today * minutesPerDay);
    if (found >= 0) return today * minutesPerDay + found;
    day = nextDay(table, today + 1);
  }
  return day * minutesPerDay + table.firstMinute;
}

/** The last due minute at or before `minute`. */
export function previousMinute(table: Timetable, minute: number): number {
  const today = Math.floor(minute / minutesPerDay);
  let day = previousDay(table, today);
  if (day === today) {
    const found = previousMinuteOfDay(table.minutes, minute - today * minutesPerDay);
    if (found >= 0) return today * minutesPerDay + found;
    day = previousDay(table, today - 1);
  }
  return day * minutesPerDay + table.lastMinute;
}

// Both searches end: the calendar repeats after 400 years, and the parser refuses dates that never come.
function nextDay(table: Timetable, day: number): number {
  let month = monthOf(day);
  let first = firstDayOf(month);
  let left = dueDays(table, month, first) & (-1 << (day - first));
  while (left === 0) {
    month += 1;
    first = firstDayOf(month);
    left = dueDays(table, month, first);
  }
  return first + lowestBit(left);
}

function previousDay(table: Timetable, day: number): number {
  let month = monthOf(day);
  let first = firstDayOf(month);
  let left = dueDays(table, month, first) & (-1 >>> (31 - (day - first)));
  while (left === 0) {
    month -= 1;
    first = firstDayOf(month);
    left = dueDays(table, month, first);
  }
  return first + highestBit(left);
}

function dueDays(table: Timetable, month: number, firstDay: number): number {
  if ((table.months & (1 << modulo(month, 12))) === 0) return 0;
  const weekdays = table.weekdays[modulo(firstDay + 4, 7)] as number; // 1970-01-01 was a Thursday
  const days = table.eitherDay ? table.days | weekdays : table.days & weekdays;
  return days & (-1 >>> (32 - (firstDayOf(month + 1) - firstDay)));
}

// Months count from January 1970, days from its first.
function monthOf(day: number): number {
  const date = new Date(day * msPerDay);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

function firstDayOf(month: number): number {
  return Date.UTC(1970, month, 1) / msPerDay;
}

function nextMinuteOfDay(words: Uint32Array, minute: number): number {
  let index = minute >> 5;
  let word = (words[index] as number) & (-1 << (minute & 31));
  while (word === 0) {
    index += 1;
    if (index === words.length) return -1;
    word = words[index] as number;
  }
  return index * 32 + lowestBit(word);
}

function previousMinuteOfDay(words: Uint32Array, minute: number): number {
  let index = minute >> 5;
  let word = (words[index] as number) & (-1 >>> (31 - (minute & 31)));
  while (word === 0) {
    index -= 1;
    if (index < 0) return -1;
    word = words[index] as number;
  }
  return index * 32 + highestBit(word);
}

function bits(positions: readonly number[]): number {
  return positions.reduce((set, position) => set | (1 << position), 0);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

function modulo(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
