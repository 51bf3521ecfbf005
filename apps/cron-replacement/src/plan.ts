// Plans a job up to now: which due times are run, and what the ledger says of the others. Values in, values out.
import { nextDue, planDue, previousDue } from "@faasade/schedules";
import { iso, type Job, type Run, type RunStatus } from "./job.ts";
import { isActive, type JobState } from "./state.ts";

/** A tick comes each minute, and may be late or fail once. */
const graceSeconds = 150;
const mostWaiting = 100;

/** What is known of a job that was never planned. */
export function firstSeen({ since }: Job): JobState {
  return { seenAt: since, plannedUntil: since, paused: false, waiting: [], owed: [] };
}

/** The same state when nothing was due. Every due time up to `now` is in `waiting` or in `owed` afterwards. */
export function plan(state: JobState, job: Job, now: number, random: () => number): JobState {
  const { due, gap } = dueTimes(state, job, now);
  if (due.length === 0 && gap === undefined) return state;
  const owed = gap === undefined ? state.owed : [...state.owed, gap];
  // What is planned together is no reason to skip one another.
  const ahead = state.waiting.at(-1) ?? (isActive(state, now) ? state.active : undefined);
  const admitted = due.reduce((so, at) => admit(so, job, at, { ahead, now, random }), { ...state, owed });
  return { ...admitted, plannedUntil: now };
}

/** Besides its due times, whether paused or not. The same instant twice is one run. */
export function planNow(state: JobState, job: Job, now: number): JobState {
  if (state.waiting.some(({ due }) => due === now)) return state;
  const waiting = [...state.waiting, { due: now, notBefore: now }];
  return { ...state, waiting, owed: [...state.owed, rowOf(job, now, "due")] };
}

interface DueTimes {
  readonly due: readonly number[];
  readonly gap?: Run;
}

function dueTimes({ plannedUntil }: JobState, job: Job, now: number): DueTimes {
  const { when, misfire, catchUp } = job;
  if ("at" in when) return { due: when.at > plannedUntil && when.at <= now ? [when.at] : [] };
  const planned = planDue({
    schedule: when,
    lastDue: plannedUntil,
    now,
    misfire,
    limit: catchUp,
    graceSeconds,
  });
  const { due, missed } = planned;
  if (missed === 0) return { due };
  const last = previousDue(when, due[0] ?? now - graceSeconds * 1000);
  const first = iso(nextDue(when, plannedUntil));
  const reason = "nothing ran at the time";
  return { due, gap: { ...rowOf(job, last, "missed"), reason, gap: { first, count: missed } } };
}

interface Admission {
  /** The last one in line before this plan, or the one that runs. */
  readonly ahead: { readonly due: number } | undefined;
  readonly now: number;
  readonly random: () => number;
}

function admit(state: JobState, job: Job, due: number, { ahead, now, random }: Admission): JobState {
  const decide = (status: RunStatus, reason?: string): JobState => {
    const row = { ...rowOf(job, due, status), ...(reason === undefined ? {} : { reason }) };
    return { ...state, owed: [...state.owed, row] };
  };
  const isLate = now - due > graceSeconds * 1000;
  if (state.paused) return decide("paused");
  // What is made up for waits in line: it was not the run before that made it late.
  if (job.overlap === "skip" && ahead !== undefined && !isLate)
    return decide("skipped", `the run due at ${iso(ahead.due)} has not ended`);
  if (state.waiting.length >= mostWaiting) return decide("skipped", `${mostWaiting} runs wait already`);
  const delay = Math.floor(random() * job.randomDelayMinutes * 60) * 1000;
  const { owed, waiting } = decide("due");
  const one = { due, notBefore: due + delay };
  if (job.overlap !== "replace" || isLate) return { ...state, owed, waiting: [...waiting, one] };
  const reason = `the run due at ${iso(due)} took its place`;
  const replaced = waiting.map((other) => ({ ...rowOf(job, other.due, "replaced"), reason }));
  return { ...state, owed: [...owed, ...replaced], waiting: [one] };
}

export function rowOf({ name, line, when }: Job, due: number, status: RunStatus): Run {
  const next = "at" in when ? {} : { next: iso(nextDue(when, due)) };
  return { job: name, due: iso(due), status, line, ...next };
}
