// Runs that are due, on their way from the tick to the function that runs them.
import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";

export const dueRuns = queue("due-runs", v.object({ job: v.string(), due: v.pipe(v.number(), v.integer()) }));
