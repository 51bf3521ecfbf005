// Loads a file that arrived, or was replaced.
import { defineFunction, objectCreated } from "@faasade/core";
import { loadFile, loadUses } from "../load.ts";
import { fileEndings } from "../open-file.ts";
import { inbox, incoming } from "../resources/inbox.ts";

export default defineFunction({
  name: "accept-file",
  trigger: objectCreated(inbox, { prefix: incoming, suffix: fileEndings }),
  uses: loadUses,
  timeoutSeconds: 120,
  async handle({ data }, context) {
    await loadFile(data.key, context);
  },
});
