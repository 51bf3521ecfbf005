import { defineFunction, messageReceived, readWrite } from "@faasade/core";
import { letters } from "../resources/letters.ts";
import { told } from "../resources/told.ts";
import { tell } from "../tell.ts";

/** Tells of a letter. */
export default defineFunction({
  name: "take-letter",
  trigger: messageReceived(letters),
  uses: { told: readWrite(told) },
  handle: (event, { told }) => tell(told, event.data.mark, event),
});
