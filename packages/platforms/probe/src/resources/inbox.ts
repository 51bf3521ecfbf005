import { objectStore } from "@faasade/connectors/object-store";

/** Objects that are put here start `take-object`. */
export const inbox = objectStore("probe-inbox");
