import { defineFunction, http, json, write } from "@faasade/core";
import { fromText } from "../quarantine.ts";
import { readMessage } from "../read-message.ts";
import { limits } from "../resources/limits.ts";
import { rules } from "../resources/rules.ts";
import { telemetry } from "../resources/telemetry.ts";
import { store } from "../store.ts";

interface QuarantineRow {
  readonly id: string;
  readonly device: string;
  readonly received_at: string;
  readonly payload: string;
}

/** Reads again what was quarantined, after a firmware was taught, a limit moved or a device let in. */
export default defineFunction({
  name: "replay-quarantine",
  trigger: http("POST /quarantine/replay", { auth: "platform" }),
  uses: { telemetry: write(telemetry), limits, rules },
  async handle(_request, { telemetry, limits, rules, clock }) {
    const now = clock.now();
    const counts = await telemetry.transaction(async (tx) => {
      const { rows } = await tx.query<QuarantineRow>`
        delete from quarantine where id in (select id from quarantine order by received_at limit 1000) returning *`;
      // What still cannot be read goes back under its own id.
      const said = rows.map(({ id, device, received_at, payload }) =>
        readMessage(
          {
            id,
            device: device === "" ? undefined : device,
            receivedAt: Number(received_at),
            payload: fromText(payload),
          },
          limits,
          now,
        ),
      );
      const { readings, refusals } = await store(tx, said, rules.alerts);
      return { read: rows.length, stored: readings.length, quarantined: refusals.length };
    });
    return json(counts);
  },
});
