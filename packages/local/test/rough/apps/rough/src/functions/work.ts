import { defineFunction, messageReceived, readWrite } from "@faasade/core";
import { pause } from "../../../../misdeeds.ts";
import { notes, works } from "../resources/parts.ts";

// Begins, and ends when somebody says so.
export default defineFunction({
  name: "work",
  trigger: messageReceived(works),
  uses: { notes: readWrite(notes) },
  maxAttempts: 1,
  timeoutSeconds: 120,
  async handle({ data: { name } }, { notes, ids }) {
    await notes.put(`begun/${name}/${ids.next()}`, "");
    while ((await notes.head(`end/${name}`)) === undefined) await pause();
    await notes.put(`ended/${name}/${ids.next()}`, "");
  },
});
