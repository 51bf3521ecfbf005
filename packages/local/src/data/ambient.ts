// The context in which the operator, not a function, uses a store.
import type { Ambient, Clock } from "@faasade/core";
import { FunctionError } from "@faasade/core";
import { createIds, InvocationContext } from "@faasade/core/adapter";

export function operatorAmbient(clock: Clock, traceparent?: string): Ambient {
  const refuse = async (): Promise<never> => {
    throw new FunctionError("unsupported", "The operator's own context has no secrets and calls nobody.");
  };
  const host = {
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    log: () => {},
    configuration: () => undefined,
    secrets: refuse,
    http: { fetch: refuse },
  };
  return new InvocationContext(host, {
    functionName: "operator",
    attempt: 1,
    traceparent,
    deadline: Number.MAX_SAFE_INTEGER,
    urlOf: () => "",
  });
}
