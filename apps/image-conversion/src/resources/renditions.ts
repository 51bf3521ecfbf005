// What is made of the photos: pictures named by what decided their bytes, and one manifest per photo.
import { objectStore } from "@faasade/connectors/object-store";

export const renditions = objectStore("renditions");
