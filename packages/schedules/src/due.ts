// The instants at which a schedule is due, and the rule for the days on which clocks change.
//
// A time is due when the zone's clock shows it. Where a clock jumps ahead, the times in the gap never show;
// where it goes back, the times in the fold show twice. The rule goes by how minute and hour are written:
//
//   "0 * * * *"    hour begins with *           gap: passed over        fold: due both times
//   "*/5 2 * * *"  only the minute begins so    gap: made up for once   fold: due both times
//   "30 2 * * *"   neither                      gap: made up for once   fold: due the first time
//
// Made up for once: one due time at the first instant after the gap, however many times the gap swallowed, and
// none besides when that instant is due anyway. So a job with a time of day runs once a day, every day, and a
// job with an interval runs as real time passes.
import { ScheduleError } from "./error.ts";
import type { Schedule } from "./schedule.ts";
import { nextMinute, previousMinute } from "./timetable.ts";
import type { Span } from "./zone.ts";

const msPerMinute = 60_000;
// Within one zone no two offsets lie further apart: a search may leap to within this of the next candidate.
const widestShiftMs = 48 * 60 * msPerMinute;
const earliest = Date.parse("0000-01-01T00:00:00Z");
const latest = Date.parse("9999-12-31T23:59:59Z");

/**
 * The first due time later than `after`, both in epoch milliseconds. There always is one.
 * @throws {ScheduleError} when `after` is no instant of the years 0 to 9999.
 */
export function nextDue(schedule: Schedule, after: number): number {
  let from = Math.floor(checkInstant(after)) + 1;
  for (;;) {
    const span = schedule.zone.spanAt(from);
    const due = firstDue(schedule, span, from);
    if (due < span.end) return due;
    const local = span.end + span.offset - widestShiftMs;
    const leap =
      nextMinute(schedule.timetable, minuteAfter(local)) * msPerMinute - span.offset - widestShiftMs;
    from = Math.max(span.end, leap);
  }
}

/**
 * The last due time earlier than `before`, both in epoch milliseconds. There always is one.
 * @throws {ScheduleError} when `before` is no instant of the years 0 to 9999.
 */
export function previousDue(schedule: Schedule, before: number): number {
  let until = Math.ceil(checkInstant(before));
  for (;;) {
    const span = schedule.zone.spanAt(until - 1);
    const due = lastDue(schedule, span, until);
    if (due !== undefined) return due;
    const local = span.start + span.offset + widestShiftMs;
    const leap =
      previousMinute(schedule.timetable, minuteBefore(local)) * msPerMinute - span.offset + widestShiftMs;
    until = Math.min(span.start, leap + 1);
  }
}

/** The due times in order, found as they are asked for; at most `limit`. */
export function* dueBetween(
  schedule: Schedule,
  fromExclusive: number,
  toInclusive: number,
  limit = Number.POSITIVE_INFINITY,
): Generator<number, void, undefined> {
  let due = fromExclusive;
  for (let count = 0; count < limit; count += 1) {
    due = nextDue(schedule, due);
    if (due > toInclusive) return;
    yield due;
  }
}

/** The first due time from `from` on, as if the span never ended. */
function firstDue(schedule: Schedule, span: Span, from: number): number {
  if (from === span.start && madeUpAtStart(schedule, span)) return from;
  const fresh = Math.max(from, freshFrom(schedule, span));
  return nextMinute(schedule.timetable, minuteAfter(fresh + span.offset)) * msPerMinute - span.offset;
}

/** The last due time of the span before `until`, if there is one. */
function lastDue(schedule: Schedule, span: Span, until: number): number | undefined {
  const minute = previousMinute(schedule.timetable, minuteBefore(until - 1 + span.offset));
  const due = minute * msPerMinute - span.offset;
  if (due >= freshFrom(schedule, span)) return due;
  return madeUpAtStart(schedule, span) ? span.start : undefined;
}

function freshFrom({ repeats }: Schedule, { start, repeatsUntil }: Span): number {
  return repeats ? start : Math.max(start, repeatsUntil);
}

function madeUpAtStart({ makesUp, timetable }: Schedule, { start, offset, skipped }: Span): boolean {
  if (skipped === 0 || !makesUp) return false;
  const gapEnd = start + offset;
  return nextMinute(timetable, minuteAfter(gapEnd - skipped)) * msPerMinute < gapEnd;
}

/** The first whole minute at or after a local time, and the last at or before it. */
function minuteAfter(local: number): number {
  return Math.ceil(local / msPerMinute);
}

function minuteBefore(local: number): number {
  return Math.floor(local / msPerMinute);
}

function checkInstant(instant: number): number {
  if (instant >= earliest && instant <= latest) return instant;
  throw new ScheduleError(
    `Cannot find due times around ${instant}: an instant is epoch milliseconds in the years 0 to 9999.`,
    { found: String(instant) },
  );
}
