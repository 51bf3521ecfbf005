// What a restarted host owes its schedules, and the name under which a run is kept so that it happens once.
import { dueBetween, nextDue, previousDue } from "./due.ts";
import { ScheduleError } from "./error.ts";
import type { Schedule } from "./schedule.ts";

/**
 * What becomes of due times that passed while nobody was looking: none is run, the latest is run for all of
 * them, or the latest `limit` are run.
 */
export type Misfire = "skip" | "once" | "all";

export interface DuePlan {
  /** To be run, earliest first. */
  readonly due: readonly number[];
  /** How many due times passed and will not be run, counted up to 100,000. */
  readonly missed: number;
}

/**
 * Plans every due time after `lastDue` up to and including `now`, in epoch milliseconds. One that is at most
 * `graceSeconds` old is on time, never a misfire. A clock that went back owes nothing: no run is repeated.
 * @param options.lastDue all up to here is planned: the latest due time, or the `now` of the last plan.
 *   Undefined for a job never seen, which owes nothing.
 * @param options.limit how many missed runs "all" catches up; 100 unless given.
 */
export function planDue(options: {
  schedule: Schedule;
  lastDue: number | undefined;
  now: number;
  misfire: Misfire;
  limit?: number;
  graceSeconds?: number;
}): DuePlan {
  const { schedule, now, misfire, limit = 100, graceSeconds = 0 } = options;
  checkLimits(limit, graceSeconds);
  const onTimeFrom = now - graceSeconds * 1000;
  const lastDue = options.lastDue ?? onTimeFrom - 1;
  const onTime = [...dueBetween(schedule, Math.max(lastDue, onTimeFrom - 1), now)];

  const catchUp = { skip: 0, once: onTime.length === 0 ? 1 : 0, all: limit }[misfire];
  const late: number[] = [];
  let end = onTimeFrom;
  while (late.length < catchUp) {
    const due = previousDue(schedule, end);
    if (due <= lastDue) break;
    late.push(due);
    end = due;
  }
  return { due: [...late.reverse(), ...onTime], missed: countDue(schedule, lastDue, end) };
}

/**
 * The same text for the same job and due time, on every host: `shop/prune@2026-03-29T01:00:00Z`.
 * @throws {ScheduleError} when `due` is no instant.
 */
export function dueId(job: string, due: number): string {
  if (!Number.isSafeInteger(due) || Math.abs(due) > 8.64e15) {
    throw new ScheduleError(
      `Cannot name a run of ${job} due at ${due}: an instant is whole epoch milliseconds.`,
    );
  }
  return `${job}@${new Date(due).toISOString().replace(".000Z", "Z")}`;
}

/** Years of a job that is due each minute must not hold up its host. */
const mostCounted = 100_000;

function countDue(schedule: Schedule, fromExclusive: number, toExclusive: number): number {
  let count = 0;
  if (fromExclusive >= toExclusive) return count;
  for (let due = nextDue(schedule, fromExclusive); due < toExclusive; due = nextDue(schedule, due)) {
    count += 1;
    if (count === mostCounted) break;
  }
  return count;
}

function checkLimits(limit: number, graceSeconds: number): void {
  if (Number.isInteger(limit) && limit >= 0 && Number.isInteger(graceSeconds) && graceSeconds >= 0) return;
  throw new ScheduleError(
    `Cannot plan with limit ${limit} and graceSeconds ${graceSeconds}: give whole numbers from 0 up.`,
  );
}
