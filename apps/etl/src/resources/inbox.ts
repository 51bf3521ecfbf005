// Files as they arrive. Only what lies below incoming/ is loaded, so that nothing written elsewhere can start a load.
import { objectStore } from "@faasade/connectors/object-store";

export const inbox = objectStore("inbox");
export const incoming = "incoming/";
