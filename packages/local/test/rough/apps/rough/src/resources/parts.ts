// Queues that are drained from the start, one that nobody drains at first, and where the work is noted.
import { objectStore } from "@faasade/connectors/object-store";
import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";

const named = v.object({ name: v.string() });

export const works = queue("works", named);
export const parcels = queue("parcels", named);
export const sighs = queue("sighs", named);
export const notes = objectStore("notes");
