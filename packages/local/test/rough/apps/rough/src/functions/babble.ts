import { defineFunction, empty, http, json } from "@faasade/core";
import { babble, leave } from "../../../../misdeeds.ts";

export default defineFunction({
  name: "babble",
  trigger: http({ "POST /babble": { auth: "public" }, "POST /leave": { auth: "public" } }),
  handle({ path }, { log }) {
    if (path === "/leave") return json({ pid: leave() });
    babble();
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle["self"] = cycle;
    log.info("a number", { big: 2n ** 70n });
    log.info("a cycle", cycle);
    log.info("a function", { act: () => {} });
    return empty();
  },
});
