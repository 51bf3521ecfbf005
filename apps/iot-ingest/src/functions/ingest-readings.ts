import { defineFunction, messageReceived, write } from "@faasade/core";
import { readMessage } from "../read-message.ts";
import { limits } from "../resources/limits.ts";
import { readings } from "../resources/readings.ts";
import { rules } from "../resources/rules.ts";
import { telemetry } from "../resources/telemetry.ts";
import { store } from "../store.ts";

export default defineFunction({
  name: "ingest-readings",
  trigger: messageReceived(readings, { batch: { size: 500, windowSeconds: 1 } }),
  uses: { telemetry: write(telemetry), limits, rules },
  async handle(events, { telemetry, limits, rules, clock, log }) {
    const now = clock.now();
    const said = events.map(({ source, id, subject: device, time, data: payload }) => {
      const receivedAt = time === undefined ? now : Date.parse(time);
      return readMessage({ id: `${source}:${id}`, device, receivedAt, payload }, limits, now);
    });
    const { readings, duplicates, refusals } = await store(telemetry, said, rules.alerts);
    log.info("took readings", { fresh: readings.length, duplicates, quarantined: refusals.length });
  },
});
