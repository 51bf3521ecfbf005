// The originals, by whatever key they were given; anything that can write to the store may add one.
import { objectStore } from "@faasade/connectors/object-store";

export const photos = objectStore("photos");
