// The page of the app: every job with its runs, and the data that the page asks for again and again.
import { defineFunction, html, http, json, read } from "@faasade/core";
import { LedgerReader } from "../ledger-reader.ts";
import { overviewOf } from "../overview.ts";
import { contentSecurityPolicy, page } from "../page.ts";
import { readJobs } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";
import { runs } from "../resources/runs.ts";

export default defineFunction({
  name: "show-runs",
  trigger: http({ "GET /": { auth: "platform" }, "GET /runs.json": { auth: "platform" } }),
  uses: { crontabs: read(crontabs), runs: read(runs) },
  async handle(request, { crontabs, runs, clock }) {
    if (request.path === "/") {
      const headers = {
        "content-security-policy": contentSecurityPolicy(),
        "x-content-type-options": "nosniff",
      };
      return html(page, { headers: { ...headers, "cache-control": "no-cache" } });
    }
    const ledger = new LedgerReader(runs);
    const now = clock.now();
    const jobs = await readJobs(crontabs);
    const shown = await Promise.all(jobs.map((job) => overviewOf(job, ledger, now)));
    return json(
      { now: new Date(now).toISOString(), jobs: shown },
      { headers: { "cache-control": "no-store" } },
    );
  },
});
