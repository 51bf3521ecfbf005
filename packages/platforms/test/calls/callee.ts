// A function that is called by name, for drivers of calls to reach.
import type { Seen } from "@faasade/connectors/function/conformance";
import { called } from "@faasade/core";
import { type AnyFunction, outlineTrigger } from "@faasade/core/adapter";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;

/** An artefact with the function `resize`. */
export function calleeOf(handle: (seen: Seen) => Promise<unknown>) {
  const definition: AnyFunction = {
    name: "resize",
    trigger: called({ input: anything, output: anything }),
    handle: ({ data }, { traceparent }) => handle({ data, traceparent }),
  };
  const load = async () => ({ default: definition });
  return {
    app: "suite",
    functions: [{ name: "resize", trigger: outlineTrigger(definition.trigger), load }],
    drivers: {},
  };
}
