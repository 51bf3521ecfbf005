import { defineFunction, FunctionError, messageReceived, send, write } from "@faasade/core";
import { alerts, notes, readings } from "../resources/topics.ts";

export default defineFunction({
  name: "take",
  trigger: messageReceived(readings, { batch: { size: 200, windowSeconds: 0.1 } }),
  uses: { notes: write(notes), alerts: send(alerts) },
  maxAttempts: 3,
  async handle(events, context) {
    const failed = events.filter(({ data }) => data.fail !== undefined);
    const good = events.filter(({ data }) => data.fail === undefined);
    const rows = good.map(({ id, subject, data }) => [id, subject, data.n, good.length]);
    await context.notes.copyIn("readings", ["event", "device", "n", "batch"], rows);
    for (const { data, subject = "" } of good)
      if (data.n >= 1_000_000)
        await context.alerts.send({ n: data.n }, { id: `alert-${data.n}`, key: subject });
    return {
      failed: failed.map(({ id, data }) => ({
        id,
        error:
          data.fail === "later" || data.fail === "much later"
            ? new FunctionError("unavailable", "not now", {
                retryAfterSeconds: data.fail === "later" ? 0 : 300,
              })
            : new FunctionError("unprocessable", "of no use"),
      })),
    };
  },
});
