// What is known of a job between two ticks, and what may become of it. Values in, values out; see Ledger for the rest.
import { iso, type Job, type Run } from "./job.ts";

export interface JobState {
  readonly seenAt: number;
  /** Every due time up to here is planned. */
  readonly plannedUntil: number;
  readonly paused: boolean;
  /** Planned, in order, and not yet begun: who begins one takes it out. */
  readonly waiting: readonly Waiting[];
  readonly active?: Active;
  /** Rows that are decided and not yet written. */
  readonly owed: readonly Run[];
  readonly lastSuccessAt?: number;
  /** The last success for whose age an alert was sent. */
  readonly alertedFor?: number;
}

export interface Waiting {
  readonly due: number;
  /** The due time and its random delay. */
  readonly notBefore: number;
  /** When it was sent on its way. */
  readonly sentAt?: number;
}

export interface Active {
  readonly due: number;
  /** By then its function has ended, or its process has died. */
  readonly until: number;
}

/** A message that has not begun its run by then is taken for lost. */
const lostMilliseconds = 10 * 60_000;

export function isActive({ active }: JobState, now: number): boolean {
  return active !== undefined && active.until > now;
}

/** It has not succeeded for longer than its crontab allows. */
export function isSilent(
  { paused, lastSuccessAt, seenAt }: JobState,
  { alertAfterSeconds }: Pick<Job, "alertAfterSeconds">,
  now: number,
): boolean {
  if (paused || alertAfterSeconds === undefined) return false;
  return now - (lastSuccessAt ?? seenAt) > alertAfterSeconds * 1000;
}

/** What is to be sent on its way now: the first in line, when it is its turn. */
export function nextToSend(state: JobState, job: Pick<Job, "overlap">, now: number): Waiting | undefined {
  const [first] = state.waiting;
  if (first === undefined || first.notBefore > now) return undefined;
  if (first.sentAt !== undefined && first.sentAt > now - lostMilliseconds) return undefined;
  return isActive(state, now) && job.overlap !== "replace" ? undefined : first;
}

/** After rows were written and a run was sent. */
export function settled(
  state: JobState,
  { written, sent, now }: { written: readonly Run[]; sent: Waiting | undefined; now: number },
): JobState {
  const isWritten = (row: Run): boolean =>
    written.some(({ due, status }) => due === row.due && status === row.status);
  return {
    ...state,
    owed: state.owed.filter((row) => !isWritten(row)),
    waiting: state.waiting.map((one) => (one.due === sent?.due ? { ...one, sentAt: now } : one)),
  };
}

/** `ended`: the run whose place is taken, with what its row is to say. */
export type Claim =
  | {
      readonly kind: "start";
      readonly state: JobState;
      readonly ended?: Pick<Run, "status" | "due" | "reason">;
    }
  | { readonly kind: "busy"; readonly state: JobState }
  | { readonly kind: "gone" };

/** Takes a run out of the line: of all who try, one. */
export function claim(
  state: JobState,
  job: Pick<Job, "overlap">,
  due: number,
  { now, until }: { now: number; until: number },
): Claim {
  if (!state.waiting.some((one) => one.due === due)) return { kind: "gone" };
  const { active } = state;
  const others = state.waiting.filter((one) => one.due !== due);
  const started = { ...state, waiting: others, active: { due, until } };
  if (active === undefined) return { kind: "start", state: started };
  if (!isActive(state, now)) return { kind: "start", state: started, ended: lost(active) };
  if (job.overlap === "replace") {
    const reason = `the run due at ${iso(due)} took its place`;
    return { kind: "start", state: started, ended: { due: iso(active.due), status: "replaced", reason } };
  }
  const unsent = state.waiting.map((one): Waiting => {
    const { sentAt: _, ...rest } = one;
    return one.due === due ? rest : one;
  });
  return { kind: "busy", state: { ...state, waiting: unsent } };
}

/** What the row of a run says whose process is gone. */
export function lost({ due }: Active): Pick<Run, "status" | "due" | "reason"> {
  return { due: iso(due), status: "interrupted", reason: "its process ended before it did" };
}

/** The run due then is over; nothing changes for one whose place was taken. */
export function finish(state: JobState, due: number, succeededAt: number | undefined): JobState {
  if (state.active?.due !== due) return state;
  const { active: _, ...rest } = state;
  return succeededAt === undefined ? rest : { ...rest, lastSuccessAt: succeededAt };
}
