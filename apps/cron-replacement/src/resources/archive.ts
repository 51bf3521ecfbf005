// Whatever other programs put there and nobody takes away: what `prune-objects` prunes.
import { objectStore } from "@faasade/connectors/object-store";

export const archive = objectStore("archive");
