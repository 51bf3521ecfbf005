import { defineFunction, FunctionError, http, json } from "@faasade/core";
import { pid } from "../../../../misdeeds.ts";

export default defineFunction({
  name: "take",
  trigger: http({ "* /": { auth: "public" }, "* /{rest+}": { auth: "public", maxBodyBytes: 64 << 20 } }),
  timeoutSeconds: 1,
  async handle(request, { clock }) {
    if (request.path === "/impatient") throw new FunctionError("timeout", "Its own deadline, not ours.");
    if (request.path === "/forever") await new Promise(() => {});
    const { length } = await request.bytes();
    const { path } = request;
    return json({ pid, now: clock.now(), path, q: request.query.get("q"), length });
  },
});
