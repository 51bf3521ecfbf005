import { defineFunction, FunctionError, html, http, json, read } from "@faasade/core";
import { readFleet, readSeries } from "../charts.ts";
import { contentSecurityPolicy, page } from "../page.ts";
import { telemetry } from "../resources/telemetry.ts";
import { metrics } from "../units.ts";

const widths: readonly number[] = [60, 3600, 86_400];

export default defineFunction({
  name: "show-fleet",
  trigger: http({
    "GET /": { auth: "platform" },
    "GET /chart.json": { auth: "platform" },
    "GET /fleet.json": { auth: "platform" },
  }),
  uses: { telemetry: read(telemetry) },
  async handle({ path, query }, { telemetry, clock }) {
    const fresh = { headers: { "cache-control": "no-store" } };
    if (path === "/fleet.json") return json(await readFleet(telemetry), fresh);
    if (path === "/")
      return html(page(Object.entries(metrics).map(([name, { unit }]) => ({ name, unit }))), {
        headers: { "content-security-policy": contentSecurityPolicy(), "x-content-type-options": "nosniff" },
      });
    const metric = query.get("metric") ?? "temperature";
    const seconds = Number(query.get("seconds") ?? 60);
    const points = Number(query.get("points") ?? 60);
    if (!widths.includes(seconds) || !(points >= 1 && points <= 1000))
      throw new FunctionError(
        "invalid",
        "Cannot draw it: seconds is 60, 3600 or 86400, points from 1 to 1000.",
      );
    const width = seconds * 1000;
    const from = (Math.floor(clock.now() / width) - points) * width;
    return json({ metric, seconds, series: await readSeries(telemetry, { metric, seconds, from }) }, fresh);
  },
});
