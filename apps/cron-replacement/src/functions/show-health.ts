// Says to anybody whether the jobs are looked after: what watches the watcher asks here, from outside.
import { defineFunction, http, json, read } from "@faasade/core";
import { LedgerReader } from "../ledger-reader.ts";
import { isLate } from "../overview.ts";
import { readJobs } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";
import { runs } from "../resources/runs.ts";
import { isSilent } from "../state.ts";

export default defineFunction({
  name: "show-health",
  trigger: http("GET /health", { auth: "public" }),
  uses: { crontabs: read(crontabs), runs: read(runs) },
  async handle(_request, { crontabs, runs, clock }) {
    const ledger = new LedgerReader(runs);
    const now = clock.now();
    const jobs = await readJobs(crontabs);
    const states = await Promise.all(
      jobs.map(async (job) => [job, (await ledger.state(job.name))?.value] as const),
    );
    const late = states.filter(([job, state]) => isLate(job, state, now)).length;
    const silent = states.filter(([job, state]) => state !== undefined && isSilent(state, job, now)).length;
    const status = late + silent === 0 ? 200 : 503;
    return json({ jobs: jobs.length, late, silent }, { status, headers: { "cache-control": "no-store" } });
  },
});
