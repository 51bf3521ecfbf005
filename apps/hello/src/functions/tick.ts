import { defineFunction, schedule } from "@faasade/core";

/** Says every minute that it is there. */
export default defineFunction({
  name: "tick",
  trigger: schedule("* * * * *"),
  async handle(event, { log }) {
    log.info("tick", { due: event.data.due });
  },
});
