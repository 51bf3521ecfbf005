// Times and sizes in words: dates as the reader's browser writes them, sentences in the page's English.

const clockTime = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const number = new Intl.NumberFormat();
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

export function formatClockTime(time: string | number): string {
  return written(clockTime, time);
}

export function formatDateTime(time: string | number): string {
  return written(dayAndTime, time);
}

/** In `timeZone`, with its short name; in the reader's own zone where the browser does not know it. */
export function formatInZone(time: string, timeZone: string): string {
  try {
    const format = new Intl.DateTimeFormat(undefined, {
      ...{ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" },
      ...{ timeZone, timeZoneName: "short" },
    });
    return written(format, time);
  } catch {
    return formatDateTime(time);
  }
}

/** `in 3 hours`, `2 minutes ago`. */
export function formatRelative(time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  if (Number.isNaN(seconds)) return "";
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? (["second", 1] as const);
  return relative.format(Math.round(seconds / size), unit);
}

/** `+1 d 2 h`; nothing below a second. */
export function formatAhead(milliseconds: number): string {
  let seconds = Math.round(Math.abs(milliseconds) / 1000);
  const words: string[] = [];
  for (const [unit, size] of units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) words.push(`${number.format(count)} ${unit === "minute" ? "min" : unit[0]}`);
  }
  return words.length === 0 ? "" : `${milliseconds < 0 ? "−" : "+"}${words.slice(0, 2).join(" ")}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${number.format(bytes)} B`;
  const names = ["kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), names.length);
  const value = bytes / 1000 ** power;
  return `${number.format(Number(value.toPrecision(3)))} ${names[power - 1]}`;
}

export function formatMilliseconds(milliseconds: number): string {
  if (milliseconds >= 10_000) return `${number.format(Math.round(milliseconds / 1000))} s`;
  return `${number.format(Number(milliseconds.toPrecision(milliseconds < 1000 ? 2 : 3)))} ms`;
}

/** `1 object`, `3 objects`. */
export function count(amount: number, noun: string): string {
  return `${number.format(amount)} ${noun}${amount === 1 ? "" : "s"}`;
}

function written(format: Intl.DateTimeFormat, time: string | number): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : format.format(date);
}
