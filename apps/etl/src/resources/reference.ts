// What rows are joined to: airports.csv, kept by hand.
import { objectStore } from "@faasade/connectors/object-store";

export const reference = objectStore("reference");
