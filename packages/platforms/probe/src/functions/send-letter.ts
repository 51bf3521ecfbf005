import { defineFunction, http, json, send } from "@faasade/core";
import { letter, letters } from "../resources/letters.ts";

/** Sends a letter: stages have queues, and no way into them from outside. */
export default defineFunction({
  name: "send-letter",
  trigger: http("POST /letters", { auth: "public", body: letter }),
  uses: { letters: send(letters) },
  handle: async (request, { letters }) =>
    json({ id: await letters.send(await request.json()) }, { status: 202 }),
});
