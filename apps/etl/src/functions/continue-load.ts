// Goes on with a load for which the time was up, or loads a file again because somebody asked for it.
import { defineFunction, messageReceived } from "@faasade/core";
import { loadFile, loadUses } from "../load.ts";
import { continuations } from "../resources/continuations.ts";

export default defineFunction({
  name: "continue-load",
  trigger: messageReceived(continuations),
  uses: loadUses,
  timeoutSeconds: 120,
  async handle({ data }, context) {
    await loadFile(data.key, context, data.request);
  },
});
