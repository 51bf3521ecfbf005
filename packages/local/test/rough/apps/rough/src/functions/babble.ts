import { defineFunction, empty, http, json } from "@faasade/core";
import { babble, brood, hold, leave } from "../../../../misdeeds.ts";

export default defineFunction({
  name: "babble",
  trigger: http({
    "POST /babble": { auth: "public" },
    "POST /brood": { auth: "public" },
    "POST /leave": { auth: "public" },
    "POST /hold": { auth: "public" },
  }),
  timeoutSeconds: 120,
  handle({ path }, { log }) {
    if (path === "/leave") return json({ pid: leave() });
    if (path === "/hold") hold();
    if (path === "/brood") brood(3500);
    else babble();
    const cycle: Record<string, unknown> = { name: "cycle" };
    cycle["self"] = cycle;
    log.info("a number", { big: 2n ** 70n });
    log.info("a cycle", cycle);
    log.info("a function", { act: () => {} });
    return empty();
  },
});
