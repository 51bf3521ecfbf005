import { defineFunction, schedule, write } from "@faasade/core";
import { limits } from "../resources/limits.ts";
import { telemetry } from "../resources/telemetry.ts";

const day = 86_400_000;

export default defineFunction({
  name: "prune",
  trigger: schedule("17 * * * *"),
  uses: { telemetry: write(telemetry), limits },
  timeoutSeconds: 300,
  async handle({ data: { due } }, { telemetry, limits }) {
    const before = (days: number): number => Math.floor(Date.parse(due) - days * day);
    const { rawDays, minuteDays, hourDays, quarantineDays } = limits;
    await telemetry.query`delete from readings where at < ${before(rawDays)}`;
    await telemetry.query`delete from rollups where seconds = 60 and start < ${before(minuteDays)}`;
    await telemetry.query`delete from rollups where seconds = 3600 and start < ${before(hourDays)}`;
    await telemetry.query`delete from quarantine where received_at < ${before(quarantineDays)}`;
    await telemetry.query`delete from incidents where told_closed and closed_at < ${before(hourDays)}`;
  },
});
