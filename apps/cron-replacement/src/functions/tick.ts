// Each minute: plans every job up to now, sends on its way what is due, and tells who is silent.
import { type Context, defineFunction, readWrite, schedule, send } from "@faasade/core";
import { dispatch } from "../dispatch.ts";
import { forgetGone } from "../gone.ts";
import type { Job } from "../job.ts";
import { Ledger } from "../ledger.ts";
import { alertSilence } from "../mails.ts";
import { firstSeen, plan } from "../plan.ts";
import { onceKey, readJobs } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";
import { dueRuns } from "../resources/due-runs.ts";
import { notices } from "../resources/notices.ts";
import { runs } from "../resources/runs.ts";
import { endLost } from "../run.ts";
import { isSilent } from "../state.ts";

const uses = {
  crontabs: readWrite(crontabs),
  runs: readWrite(runs),
  dueRuns: send(dueRuns),
  notices: send(notices),
};

export default defineFunction({
  name: "tick",
  trigger: schedule("* * * * *"),
  uses,
  timeoutSeconds: 50,
  async handle(_event, context) {
    const jobs = await readJobs(context.crontabs);
    const ended = await Promise.allSettled([
      ...jobs.map((job) => tickJob(job, context)),
      forgetGone(jobs, new Ledger(context.runs)),
    ]);
    const failed = ended.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  },
});

/** Safe to run twice, and at the same time: what is planned is planned by one. */
async function tickJob(job: Job, context: Context<typeof uses>): Promise<void> {
  const { clock, random, dueRuns, notices, crontabs } = context;
  const ledger = new Ledger(context.runs);
  const now = clock.now();
  const state = await ledger.change(job.name, (known) => plan(known ?? firstSeen(job), job, now, random));
  if (state === undefined) return;
  if (state.active !== undefined)
    await endLost(job, ledger, { now, tell: (due) => dueRuns.send({ job: job.name, due }) });
  if (state.owed.length + state.waiting.length > 0) await dispatch(job, { ledger, dueRuns, clock });
  if (isSilent(state, job, now)) await alertSilence(job, { ledger, notices, now });
  // What has run once is taken away, its row stays.
  const isOver = state.active === undefined && state.waiting.length + state.owed.length === 0;
  if ("at" in job.when && isOver && state.plannedUntil >= job.when.at)
    await crontabs.delete(onceKey(job.name.slice("at-".length)));
}
