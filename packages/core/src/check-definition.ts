// What a definition must keep to. Built artefacts are without it: whatever is built was described, and so checked, before.
import type { FunctionDefinition, Uses } from "./function.ts";
import type { InvocationContext } from "./invoke/context.ts";
import { checkName, type Use } from "./resource/resource.ts";
import type { AnyTrigger } from "./trigger/catalog.ts";

/** Names the context has itself; complete by its type. */
const contextNames: Readonly<Record<keyof InvocationContext, true>> = {
  log: true,
  clock: true,
  random: true,
  ids: true,
  signal: true,
  attempt: true,
  traceparent: true,
  deadline: true,
  urlOf: true,
  http: true,
  invocationId: true,
  close: true,
};

/** @throws {TypeError} when a name is unusable, or when the function writes to the store that starts it. */
export function checkDefinition(definition: FunctionDefinition): void {
  const { name, trigger, uses = {}, once } = definition;
  checkName("function", name);
  for (const alias of Object.keys(uses)) {
    if (Object.hasOwn(contextNames, alias))
      throw new TypeError(`Cannot define ${name}: "${alias}" in uses hides the context's own.`);
  }
  for (const use of Object.values(uses)) {
    if (
      trigger.kind === "object" &&
      "resource" in use &&
      writes(use) &&
      use.resource.name === trigger.store.name
    ) {
      throw new TypeError(
        `Cannot define ${name}: it is started by ${use.resource.name} and writes to it, which would loop. Write to another store.`,
      );
    }
  }
  if (once !== undefined) checkLedger(definition, once.in, uses[once.in]);
  checkAmounts(definition);
}

function writes(use: Use): boolean {
  return use.access === "write" || use.access === "readWrite";
}

function checkLedger(
  { name, trigger }: { readonly name: string; readonly trigger: AnyTrigger },
  alias: string,
  use: Uses[string] | undefined,
): void {
  if (trigger.kind === "http" || trigger.kind === "call") {
    throw new TypeError(
      `Cannot define ${name}: once is for events; a function started by ${trigger.kind} has a reply that is owed each time.`,
    );
  }
  if (use !== undefined && "resource" in use && use.access === "readWrite") return;
  throw new TypeError(
    `Cannot define ${name}: once names "${alias}", which must be a readWrite store of uses.`,
  );
}

function checkAmounts({ name, trigger, timeoutSeconds, maxAttempts }: FunctionDefinition): void {
  const batch = trigger.kind === "message" ? trigger.batch : undefined;
  const amounts: readonly (readonly [string, number | undefined, number])[] = [
    ["timeoutSeconds", timeoutSeconds, 0.001],
    ["maxAttempts", maxAttempts, 1],
    ["batch.size", batch?.size, 1],
    ["batch.windowSeconds", batch?.windowSeconds, 0],
  ];
  for (const [what, amount, least] of amounts) {
    if (amount === undefined || (Number.isFinite(amount) && amount >= least)) continue;
    throw new TypeError(`Cannot define ${name}: ${what} is ${amount}, and must be at least ${least}.`);
  }
}
