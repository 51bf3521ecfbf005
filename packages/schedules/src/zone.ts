// Time zones as spans of constant offset, found through Intl on first use and kept.
import { ScheduleError } from "./error.ts";

/** A stretch of time with one offset. All values are milliseconds; `start` is inclusive, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** Local minus UTC. */
  readonly offset: number;
  /** How much local time the clock skipped at `start`; 0 when it did not jump ahead there. */
  readonly skipped: number;
  /** Up to this instant local times are read for the second time; at or before `start` when none are. */
  readonly repeatsUntil: number;
}

export interface Zone {
  spanAt(instant: number): Span;
}

const msPerDay = 86_400_000;

// Between two probes a change and its reversal would go unseen. The shortest such pair since 1900 lies a week
// apart: Recife, October 2000.
const probeMs = 4 * msPerDay;
const chunkMs = 64 * msPerDay;
// No clock ever went back further than a day.
const longestRepeatMs = 2 * msPerDay;

const always: Span = {
  start: Number.NEGATIVE_INFINITY,
  end: Number.POSITIVE_INFINITY,
  offset: 0,
  skipped: 0,
  repeatsUntil: Number.NEGATIVE_INFINITY,
};
const utc: Zone = { spanAt: () => always };
const zones = new Map<string, Zone>([
  ["utc", utc],
  ["etc/utc", utc],
]);

/**
 * The zone of an IANA name, in any case. UTC never touches Intl, whose first use costs milliseconds.
 * @throws {ScheduleError} for a name this runtime does not know, and for a bare offset, which is no zone.
 */
export function zoneOf(timeZone: string): Zone {
  const key = timeZone.toLowerCase();
  const known = zones.get(key);
  if (known !== undefined) return known;
  const zone = intlZone(offsetsOf(timeZone));
  zones.set(key, zone);
  return zone;
}

type OffsetAt = (instant: number) => number;

function offsetsOf(timeZone: string): OffsetAt {
  const format = formatOf(timeZone);
  return (instant) => {
    // "3/29/2026, GMT+02:00"; before standard time also "GMT-03:06:28", and plain "GMT" for zero.
    const [, sign, hours, minutes, seconds = 0] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(instant)) ?? [];
    const size = sign === undefined ? 0 : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return (sign === "-" ? -size : size) * 1000;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  try {
    if (/^[a-z]/i.test(timeZone)) {
      return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ScheduleError(
    `Cannot schedule in the time zone "${timeZone.slice(0, 64)}": this runtime knows no such zone. ` +
      `Give an IANA name such as "Europe/Berlin", or "UTC".`,
    { found: timeZone, allowed: "an IANA time zone name" },
  );
}

function intlZone(offsetAt: OffsetAt): Zone {
  const chunks = new Map<number, readonly Span[]>();
  return {
    spanAt(instant) {
      const index = Math.floor(instant / chunkMs);
      let spans = chunks.get(index);
      if (spans === undefined) {
        spans = findSpans(offsetAt, index * chunkMs);
        chunks.set(index, spans);
      }
      return spans.find((span) => instant < span.end) as Span;
    },
  };
}

function findSpans(offsetAt: OffsetAt, chunkStart: number): readonly Span[] {
  const end = chunkStart + chunkMs;
  // A change just before the chunk may still repeat local times within it.
  const lookBack = chunkStart - longestRepeatMs;
  const spans: Span[] = [];
  let start = chunkStart;
  let offset = offsetAt(lookBack);
  let skipped = 0;
  let repeatsUntil = Number.NEGATIVE_INFINITY;
  for (const change of findChanges(offsetAt, lookBack, end - 1000)) {
    if (change.at > chunkStart) {
      spans.push({ start, end: change.at, offset, skipped, repeatsUntil });
      start = change.at;
    }
    skipped = change.at < chunkStart ? 0 : Math.max(0, change.offset - offset);
    repeatsUntil = change.at + offset - change.offset;
    offset = change.offset;
  }
  spans.push({ start, end, offset, skipped, repeatsUntil });
  return spans;
}

interface Change {
  readonly at: number;
  readonly offset: number;
}

/** Every change after `from` up to and including `to`, both whole seconds. */
function findChanges(offsetAt: OffsetAt, from: number, to: number): readonly Change[] {
  const changes: Change[] = [];
  function halve(low: number, high: number, lowOffset: number, highOffset: number): void {
    if (lowOffset === highOffset) return;
    if (high - low === 1000) {
      changes.push({ at: high, offset: highOffset });
      return;
    }
    const middle = low + Math.floor((high - low) / 2000) * 1000;
    const offset = offsetAt(middle);
    halve(low, middle, lowOffset, offset);
    halve(middle, high, offset, highOffset);
  }
  let offset = offsetAt(from);
  for (let low = from; low < to; low += probeMs) {
    const high = Math.min(low + probeMs, to);
    const next = offsetAt(high);
    halve(low, high, offset, next);
    offset = next;
  }
  return changes;
}
