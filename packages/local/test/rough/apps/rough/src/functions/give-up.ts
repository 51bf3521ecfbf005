import { defineFunction, FunctionError, messageReceived } from "@faasade/core";
import { hold } from "../../../../misdeeds.ts";
import { sighs } from "../resources/parts.ts";

export default defineFunction({
  name: "give-up",
  trigger: messageReceived(sighs),
  maxAttempts: 1,
  timeoutSeconds: 1,
  async handle({ data: { name } }) {
    if (name === "holding") hold();
    if (name === "never") await new Promise(() => {});
    throw new FunctionError("timeout", "Its own deadline, not ours.");
  },
});
