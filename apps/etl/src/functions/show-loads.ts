// The app's page, and the data that it asks for: loads, what was put aside, and where a day's rows come from.
import { defineFunction, html, http, json, read } from "@faasade/core";
import { readLineage, readLoads } from "../overview.ts";
import { contentSecurityPolicy, page } from "../page.ts";
import { dayOf } from "../query.ts";
import { lake } from "../resources/lake.ts";
import { records } from "../resources/records.ts";

export default defineFunction({
  name: "show-loads",
  trigger: http({
    "GET /": { auth: "platform" },
    "GET /loads.json": { auth: "platform" },
    "GET /lineage/{day}": { auth: "platform" },
  }),
  uses: { records: read(records), lake: read(lake) },
  async handle({ path, params }, { records, lake }) {
    const fresh = { headers: { "cache-control": "private, no-cache" } };
    if (path === "/loads.json") return json(await readLoads(records, lake), fresh);
    if (path !== "/") return json(await readLineage(records, lake, dayOf(params.day, "the day")), fresh);
    const guards = {
      "content-security-policy": contentSecurityPolicy(),
      "x-content-type-options": "nosniff",
    };
    return html(page, { headers: { ...guards, ...fresh.headers } });
  },
});
