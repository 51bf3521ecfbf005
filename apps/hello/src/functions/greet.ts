import { defineFunction, http, json } from "@faasade/core";

/** Greets whoever is named in the path. */
export default defineFunction({
  name: "greet",
  trigger: http("GET /{name}", { auth: "public" }),
  async handle(request, { clock }) {
    return json({ greeting: `Hello, ${request.params.name}!`, at: new Date(clock.now()).toISOString() });
  },
});
