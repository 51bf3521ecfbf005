// What was planned for a job that its crontab does not name any more.
import { iso, type Job } from "./job.ts";
import type { Ledger } from "./ledger.ts";

/** Writes what the ledger is owed and that the rest is not run, then forgets the job; its rows stay. */
export async function forgetGone(jobs: readonly Job[], ledger: Ledger): Promise<void> {
  const known = new Set(jobs.map(({ name }) => name));
  for await (const name of ledger.jobs()) {
    if (known.has(name)) continue;
    const state = (await ledger.state(name))?.value;
    if (state === undefined) continue;
    for (const row of state.owed) await ledger.add(row);
    const reason = "the job was taken away";
    for (const { due } of state.waiting)
      await ledger.close(name, { due: iso(due), status: "skipped", reason }, ["due"]);
    if (state.active !== undefined)
      await ledger.close(name, { due: iso(state.active.due), status: "replaced", reason });
    await ledger.forget(name);
  }
}
