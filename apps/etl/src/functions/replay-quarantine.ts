// Tries the rows again that a load put aside.
import { defineFunction, http, json } from "@faasade/core";
import { loadUses } from "../load.ts";
import { publishPartitions } from "../publish.ts";
import { replayQuarantine } from "../replay.ts";

export default defineFunction({
  name: "replay-quarantine",
  trigger: http("POST /loads/{id}/replay", { auth: "platform" }),
  uses: loadUses,
  timeoutSeconds: 120,
  async handle({ params: { id } }, context) {
    const replayed = await replayQuarantine(/^\d{1,18}$/.test(id) ? id : "0", context);
    await publishPartitions(context);
    return json({ replayed });
  },
});
