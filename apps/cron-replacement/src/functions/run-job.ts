// Runs a job that is due, once, and tells whoever its crontab names.
import { defineFunction, messageReceived, read, readWrite, send } from "@faasade/core";
import { dispatch } from "../dispatch.ts";
import { iso } from "../job.ts";
import { Ledger } from "../ledger.ts";
import { mailRun } from "../mails.ts";
import { readJobs } from "../read-jobs.ts";
import { archive } from "../resources/archive.ts";
import { crontabs } from "../resources/crontabs.ts";
import { dueRuns } from "../resources/due-runs.ts";
import { notices } from "../resources/notices.ts";
import { runs } from "../resources/runs.ts";
import { begin, carryOut, endLost, release } from "../run.ts";

export default defineFunction({
  name: "run-job",
  trigger: messageReceived(dueRuns),
  uses: {
    crontabs: read(crontabs),
    runs: readWrite(runs),
    archive: readWrite(archive),
    dueRuns: send(dueRuns),
    notices: send(notices),
  },
  timeoutSeconds: 300,
  async handle({ data }, context) {
    const { archive, runs, clock, http, log, signal, deadline, urlOf, dueRuns, notices } = context;
    const ledger = new Ledger(runs);
    const jobs = await readJobs(context.crontabs);
    const job = jobs.find(({ name }) => name === data.job);
    // The tick writes into its row that it was taken away.
    if (job === undefined) return;
    const tell = (due: number): Promise<unknown> => dueRuns.send({ job: job.name, due });
    await endLost(job, ledger, { now: clock.now(), tell });
    const begun = await begin(job, data.due, { ledger, now: clock.now(), deadline });
    if (begun === "busy") return;
    if (begun !== "gone") {
      const origin = (): string => urlOf("show-alive").replace(/\/alive$/, "");
      const stores = { archive, runs };
      const names = jobs.map(({ name }) => name);
      const ended = await carryOut(job, begun, { clock, http, signal, origin, stores, ledger, jobs: names });
      if (ended === undefined) log.warn("another run took its place", { job: job.name, due: data.due });
    }
    // Also when this message comes again after a crash: what came behind the end of the run is done now.
    await release(job.name, data.due, ledger);
    const row = await ledger.run(job.name, iso(data.due));
    if (row !== undefined) await mailRun(job, row, ledger, notices);
    await dispatch(job, { ledger, dueRuns, clock });
  },
});
