// Says to anybody that it answers at all, and nothing of the jobs: a job that asked for these would wait for itself.
import { defineFunction, http, text } from "@faasade/core";

export default defineFunction({
  name: "show-alive",
  trigger: http("GET /alive", { auth: "public" }),
  async handle() {
    return text("alive\n", { headers: { "cache-control": "no-store" } });
  },
});
