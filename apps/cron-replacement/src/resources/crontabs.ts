// What is to be run: the crontab, and below "at/" what runs once.
import { objectStore } from "@faasade/connectors/object-store";

export const crontabs = objectStore("crontabs");
