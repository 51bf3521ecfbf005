// Begins a run, watches over it and ends it. Its row is the truth: who cannot change it any more has lost the run.
import { FunctionError } from "@faasade/core";
import { isFinal, iso, type Job, type Run } from "./job.ts";
import type { JobContext } from "./jobs/index.ts";
import type { Ledger } from "./ledger.ts";
import type { Seen } from "./ledger-reader.ts";
import { wantsMail } from "./mails.ts";
import { claim, finish, isActive, lost } from "./state.ts";

const maxTail = 4000;
const lookMilliseconds = 5000;
/** After its deadline nothing of a function runs any more. */
const graceMilliseconds = 10_000;

export type Begun = "busy" | "gone" | Seen<Run>;

/** Of all who try to begin a run, one does, once. */
export async function begin(
  job: Job,
  due: number,
  { ledger, now, deadline }: { ledger: Ledger; now: number; deadline: number },
): Promise<Begun> {
  for (;;) {
    const seen = await ledger.state(job.name);
    if (seen === undefined) return "gone";
    const claimed = claim(seen.value, job, due, { now, until: deadline + graceMilliseconds });
    if (claimed.kind === "gone") return "gone";
    // The former run is over before this one begins: it finds its row changed.
    if (claimed.kind === "start" && claimed.ended !== undefined) await ledger.close(job.name, claimed.ended);
    if (!(await ledger.swap(job.name, seen, claimed.state))) continue;
    if (claimed.kind === "busy") return "busy";
    const row = await ledger.run(job.name, iso(due));
    if (row === undefined || isFinal(row.value.status)) return "gone";
    return (await ledger.replace(row, { ...row.value, status: "started", startedAt: iso(now) })) ?? "gone";
  }
}

/** Never throws for what the job does. @returns the row as it ended, or undefined when another took its place. */
export async function carryOut(
  job: Job,
  begun: Seen<Run>,
  context: Omit<JobContext, "print" | "ledger"> & { readonly ledger: Ledger },
): Promise<Seen<Run> | undefined> {
  const { ledger, clock } = context;
  const taken = new AbortController();
  const look = setInterval(() => {
    ledger.isAsSeen(begun).then(
      (same) => same || taken.abort(new FunctionError("conflict", "Another run took its place.")),
      () => {}, // the next look may succeed
    );
  }, lookMilliseconds);
  const signal = AbortSignal.any([context.signal, taken.signal]);
  let tail = "";
  const print = (line: string): void => {
    tail = `${tail}${line}\n`.slice(-maxTail);
  };
  const failure = await attempt(() => job.command({ ...context, signal, print }), signal);
  clearInterval(look);
  const ended: Run = {
    ...begun.value,
    status: failure === undefined ? "ok" : "failed",
    endedAt: iso(clock.now()),
    tail,
    ...(failure === undefined ? {} : { reason: failure }),
  };
  return ledger.replace(begun, wantsMail(job, ended) ? { ...ended, mail: "owed" } : ended);
}

/** Why it failed, if it did. A job that does not look at the signal is not waited for. */
async function attempt(work: () => Promise<void>, signal: AbortSignal): Promise<string | undefined> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work(), promise]);
    return undefined;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** Makes room for the next run, when this one's row says that it is over. */
export async function release(job: string, due: number, ledger: Ledger): Promise<void> {
  const row = (await ledger.run(job, iso(due)))?.value;
  if (row !== undefined && !isFinal(row.status)) return;
  const succeededAt = row?.status === "ok" && row.endedAt !== undefined ? Date.parse(row.endedAt) : undefined;
  await ledger.change(job, (state) => state && finish(state, due, succeededAt));
}

/** Ends the run whose process is gone; `tell` is asked before that is forgotten, when somebody is to be told. */
export async function endLost(
  job: Job,
  ledger: Ledger,
  { now, tell }: { now: number; tell: (due: number) => Promise<unknown> },
): Promise<void> {
  const state = (await ledger.state(job.name))?.value;
  const active = state?.active;
  if (state === undefined || active === undefined || isActive(state, now)) return;
  const ending = lost(active);
  const told = wantsMail(job, ending) ? ({ mail: "owed" } as const) : {};
  await ledger.close(job.name, { ...ending, ...told });
  if ((await ledger.run(job.name, ending.due))?.value.mail === "owed") await tell(active.due);
  await release(job.name, active.due, ledger);
}
