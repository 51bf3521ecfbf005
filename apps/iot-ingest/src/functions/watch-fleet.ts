import { defineFunction, schedule, send, write } from "@faasade/core";
import { openSilences, tell } from "../incidents.ts";
import { alerts } from "../resources/alerts.ts";
import { rules } from "../resources/rules.ts";
import { telemetry } from "../resources/telemetry.ts";

export default defineFunction({
  name: "watch-fleet",
  trigger: schedule("* * * * *"),
  uses: { telemetry: write(telemetry), alerts: send(alerts), rules },
  async handle({ data: { due } }, { telemetry, alerts, rules }) {
    await openSilences(telemetry, rules.alerts, Date.parse(due));
    await tell(telemetry, alerts, rules.alerts);
  },
});
