// Loads that go on in another invocation: because time was up, or because an operator asks for a file again.
import { queue } from "@faasade/connectors/queue";
import * as v from "valibot";

const continuation = v.strictObject({
  key: v.string(),
  /** Set to load a file that was loaded already: the same request is the same load. */
  request: v.optional(v.string()),
});

export const continuations = queue("continuations", continuation);
