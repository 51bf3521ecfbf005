import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";

/** `mark` says which case a letter is of, and what becomes of it. */
export const letter = v.object({ mark: v.string(), text: v.string() });

/** Messages that are sent here start `take-letter`. */
export const letters = queue("probe-letters", letter);
