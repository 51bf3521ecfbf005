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

const rowsAtOnce = 1000;
/** What the last rows may still take before the time is up. */
const reserveMilliseconds = 5000;

/** Reads again what was quarantined, after a firmware was taught, a limit moved or a device let in. */
export default defineFunction({
  name: "replay-quarantine",
  trigger: http("POST /quarantine/replay", { auth: "platform" }),
  uses: { telemetry: write(telemetry), limits, rules },
  async handle(_request, { telemetry, limits, rules, clock, deadline }) {
    const counts = { read: 0, stored: 0, quarantined: 0 };
    let after: Pick<QuarantineRow, "id" | "received_at"> = { id: "", received_at: `${-(2n ** 63n)}` };
    for (let isLast = false; !isLast; ) {
      const now = clock.now();
      await telemetry.transaction(async (tx) => {
        const { rows } = await tx.query<QuarantineRow>`
          select * from quarantine where (received_at, id) > (${after.received_at}::bigint, ${after.id})
          order by received_at, id limit ${rowsAtOnce} for update`;
        await tx.query`delete from quarantine where id = any(${rows.map(({ id }) => id)}::text[])`;
        // What still cannot be read goes back under its own id, behind which the next rows are.
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
        counts.read += rows.length;
        counts.stored += readings.length;
        counts.quarantined += refusals.length;
        after = rows.at(-1) ?? after;
        isLast = rows.length < rowsAtOnce || deadline - clock.now() < reserveMilliseconds;
      });
    }
    return json(counts);
  },
});
