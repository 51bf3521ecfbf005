import { objectStore } from "@faasade/connectors/object-store";

/** What functions tell of the events that started them. */
export const told = objectStore("probe-told");
