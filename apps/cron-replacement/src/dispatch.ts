// Writes what the ledger is owed and sends on its way what is due. Safe to run twice, and at the same time.
import type { QueueSender } from "@faasade/connectors/queue";
import type { Clock } from "@faasade/core";
import { dueId } from "@faasade/schedules";
import type { Job } from "./job.ts";
import type { Ledger } from "./ledger.ts";
import { nextToSend, settled } from "./state.ts";

export interface Dispatching {
  readonly ledger: Ledger;
  readonly dueRuns: QueueSender<{ job: string; due: number }>;
  readonly clock: Clock;
}

/** The row stands before the run is sent: no run without a row. */
export async function dispatch(job: Job, { ledger, dueRuns, clock }: Dispatching): Promise<void> {
  const seen = await ledger.state(job.name);
  if (seen === undefined) return;
  const now = clock.now();
  const { owed } = seen.value;
  for (const row of owed) await ledger.add(row);
  const sent = nextToSend(seen.value, job, now);
  // The same id as long as the first message waits: twice is once.
  if (sent !== undefined)
    await dueRuns.send({ job: job.name, due: sent.due }, { id: dueId(job.name, sent.due) });
  if (owed.length > 0 || sent !== undefined)
    await ledger.change(job.name, (state) => state && settled(state, { written: owed, sent, now }));
}
