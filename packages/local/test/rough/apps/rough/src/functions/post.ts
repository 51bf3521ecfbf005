import { defineFunction, empty, http, secret, send } from "@faasade/core";
import { parcels } from "../resources/parts.ts";

export default defineFunction({
  name: "post",
  trigger: http("POST /post/{name}", { auth: "public" }),
  uses: { parcels: send(parcels), key: secret("ROUGH_KEY", { description: "Made up by the local world." }) },
  async handle({ params: { name } }, { parcels }) {
    await parcels.send({ name });
    return empty();
  },
});
