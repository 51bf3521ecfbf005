import { defineFunction, objectCreated, readWrite } from "@faasade/core";
import { inbox } from "../resources/inbox.ts";
import { told } from "../resources/told.ts";
import { tell } from "../tell.ts";

/** Tells of an object; its key is `<mark>/…`. */
export default defineFunction({
  name: "take-object",
  trigger: objectCreated(inbox),
  uses: { told: readWrite(told) },
  handle: (event, { told }) => tell(told, event.data.key.split("/", 1)[0] ?? "", event),
});
