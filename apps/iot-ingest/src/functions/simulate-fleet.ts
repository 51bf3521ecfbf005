import { defineFunction, schedule, send } from "@faasade/core";
import { messagesOf } from "../fleet/messages.ts";
import { fleet } from "../resources/fleet.ts";
import { readings } from "../resources/readings.ts";

const minute = 60_000;

export default defineFunction({
  name: "simulate-fleet",
  trigger: schedule("* * * * *"),
  uses: { readings: send(readings), fleet },
  async handle({ data }, { readings, fleet }) {
    if (fleet.fleetSpeed === 0) return;
    const due = Date.parse(data.due);
    const messages = messagesOf(due - minute, due, fleet.fleetSpeed);
    await readings.sendAll(messages.map(({ device, payload }) => ({ key: device, message: payload })));
  },
});
