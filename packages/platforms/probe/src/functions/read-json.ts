import { defineFunction, http, json } from "@faasade/core";

/** Takes JSON, and nothing else. */
export default defineFunction({
  name: "read-json",
  trigger: http("POST /read-json", { auth: "public" }),
  handle: async (request) => json({ got: await request.json() }),
});
