// What the page and the health check show: every job with its next due time, its state and its newest runs.
import { nextDue, previousDue, type Schedule } from "@faasade/schedules";
import { iso, type Job, type Run } from "./job.ts";
import type { LedgerReader } from "./ledger-reader.ts";
import { isActive, isSilent, type JobState } from "./state.ts";

const shownRuns = 12;
/** A tick comes each minute, and may fail a few times. */
const lateMilliseconds = 5 * 60_000;

export interface JobOverview {
  readonly name: string;
  readonly line: string;
  readonly timeZone?: string;
  readonly next?: string;
  readonly state: "paused" | "running" | "waiting" | "idle";
  /** Due times have passed that nobody has planned. */
  readonly isLate: boolean;
  /** It has not succeeded for longer than its crontab allows. */
  readonly isSilent: boolean;
  /** The newest first. */
  readonly runs: readonly Run[];
}

export async function overviewOf(job: Job, ledger: LedgerReader, now: number): Promise<JobOverview> {
  const { name, line, when } = job;
  const state = (await ledger.state(name))?.value;
  const times = "at" in when ? onceTimes(when.at, now) : scheduleTimes(when, now);
  const { since, ...shown } = times;
  const runs = await Array.fromAsync(ledger.runs(name, since));
  return {
    name,
    line,
    ...shown,
    state: stateOf(state, now),
    isLate: isLate(job, state, now),
    isSilent: state !== undefined && isSilent(state, job, now),
    runs: runs.slice(-shownRuns).reverse(),
  };
}

/** Whether the ticks come: due times that nobody plans are seen to by nobody. */
export function isLate({ when }: Job, state: JobState | undefined, now: number): boolean {
  if (state === undefined) return false;
  if ("at" in when) return state.plannedUntil < when.at && when.at + lateMilliseconds < now;
  return nextDue(when, state.plannedUntil) + lateMilliseconds < now;
}

interface Times {
  /** After it, the newest runs are due. */
  readonly since: string;
  readonly next?: string;
  readonly timeZone?: string;
}

function scheduleTimes(when: Schedule, now: number): Times {
  let since = now + 1;
  for (let runs = 0; runs <= shownRuns; runs += 1) since = previousDue(when, since);
  return { since: iso(since), next: iso(nextDue(when, now)), timeZone: when.timeZone };
}

function onceTimes(at: number, now: number): Times {
  return { since: iso(at - 1), ...(at > now ? { next: iso(at) } : {}) };
}

function stateOf(state: JobState | undefined, now: number): JobOverview["state"] {
  if (state === undefined) return "idle";
  if (isActive(state, now)) return "running";
  if (state.waiting.length > 0) return "waiting";
  return state.paused ? "paused" : "idle";
}
