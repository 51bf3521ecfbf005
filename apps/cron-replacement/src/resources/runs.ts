// The run ledger: a row for each due time, and for each job what is known between two ticks.
import { objectStore } from "@faasade/connectors/object-store";

export const runs = objectStore("runs");
