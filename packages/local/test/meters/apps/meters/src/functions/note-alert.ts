import { defineFunction, messageReceived, write } from "@faasade/core";
import { alerts, notes } from "../resources/topics.ts";

export default defineFunction({
  name: "note-alert",
  trigger: messageReceived(alerts),
  uses: { notes: write(notes) },
  async handle({ id, subject, data }, context) {
    await context.notes.query`insert into alerts values (${id}, ${subject}, ${data.n})`;
  },
});
