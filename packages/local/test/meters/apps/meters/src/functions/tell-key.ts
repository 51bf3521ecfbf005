import { defineFunction, http, secret, text } from "@faasade/core";

export default defineFunction({
  name: "tell-key",
  trigger: http("GET /key", { auth: "platform" }),
  uses: { key: secret("READINGS_KEY", { description: "What devices' passwords are made of." }) },
  handle: async (_request, { key }) => text(await key.get()),
});
