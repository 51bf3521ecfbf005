import { defineFunction, readWrite, schedule } from "@faasade/core";
import { told } from "../resources/told.ts";
import { tell } from "../tell.ts";

/** Tells of each minute that was due. */
export default defineFunction({
  name: "tick",
  trigger: schedule("* * * * *"),
  uses: { told: readWrite(told) },
  handle: (event, { told }) => tell(told, "tick", event),
});
