// Runs a job now, pauses it, and lets it go on.
import { defineFunction, FunctionError, http, json, read, readWrite, send } from "@faasade/core";
import { dispatch } from "../dispatch.ts";
import { iso } from "../job.ts";
import { Ledger } from "../ledger.ts";
import { firstSeen, plan, planNow } from "../plan.ts";
import { readJobs } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";
import { dueRuns } from "../resources/due-runs.ts";
import { runs } from "../resources/runs.ts";

export default defineFunction({
  name: "steer-job",
  trigger: http("POST /jobs/{job}/{action}", { auth: "platform" }),
  uses: { crontabs: read(crontabs), runs: readWrite(runs), dueRuns: send(dueRuns) },
  async handle({ params: { job: name, action } }, { crontabs, runs, dueRuns, clock, random }) {
    const jobs = await readJobs(crontabs);
    const job = jobs.find((one) => one.name === name);
    if (job === undefined) {
      const names = jobs.map((one) => one.name).join(", ");
      throw new FunctionError(
        "not_found",
        `Cannot ${action} ${name}: there is no such job. There are: ${names}.`,
      );
    }
    const ledger = new Ledger(runs);
    const now = clock.now();
    if (action !== "run" && action !== "pause" && action !== "resume")
      throw new FunctionError("not_found", `Cannot ${action} a job: it can be run, paused or resumed.`);
    await ledger.change(name, (known) => {
      const state = known ?? firstSeen(job);
      if (action === "run") return planNow(state, job, now);
      // What was due until now is decided by what held until now.
      return { ...plan(state, job, now, random), paused: action === "pause" };
    });
    await dispatch(job, { ledger, dueRuns, clock });
    return json({ job: name, action, at: iso(now) }, { status: 202 });
  },
});
