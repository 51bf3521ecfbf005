import { topic } from "@faasade/connectors/topic";
import * as v from "valibot";

/** What devices send, as they send it: what cannot be read goes to the quarantine, not to the dead letters. */
export const readings = topic("readings", v.unknown(), { format: "raw" });
