// Tries the rows again that a load put aside.
import { defineFunction, FunctionError, http, json } from "@faasade/core";
import { loadUses } from "../load.ts";
import { publishPartitions } from "../publish.ts";
import { replayQuarantine } from "../replay.ts";

export default defineFunction({
  name: "replay-quarantine",
  trigger: http("POST /loads/{id}/replay", { auth: "platform" }),
  uses: loadUses,
  timeoutSeconds: 120,
  async handle({ params: { id } }, context) {
    if (!/^\d{1,18}$/.test(id))
      throw new FunctionError("invalid", `Cannot replay load ${id}: write a load's number, such as 7.`);
    const replayed = await replayQuarantine(id, context);
    await publishPartitions(context);
    return json({ replayed });
  },
});
