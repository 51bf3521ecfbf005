// Takes a crontab in place of the one before, whole or not at all, and hands it out.
import { defineFunction, http, json, readWrite, text } from "@faasade/core";
import { maxCrontabBytes, readCrontab } from "../crontab.ts";
import { crontabKey } from "../read-jobs.ts";
import { crontabs } from "../resources/crontabs.ts";

export default defineFunction({
  name: "import-crontab",
  trigger: http({
    "GET /crontab": { auth: "platform" },
    "PUT /crontab": { auth: "platform", maxBodyBytes: maxCrontabBytes },
  }),
  uses: { crontabs: readWrite(crontabs) },
  async handle(request, { crontabs, clock }) {
    if (request.method !== "PUT") return text((await (await crontabs.get(crontabKey))?.text()) ?? "");
    const given = await request.text();
    const jobs = readCrontab(given, clock.now());
    await crontabs.put(crontabKey, given, { contentType: "text/plain; charset=utf-8" });
    return json({ jobs: jobs.map(({ name, line }) => ({ name, line })) });
  },
});
