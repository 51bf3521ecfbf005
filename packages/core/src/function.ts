// defineFunction: one function, what starts it, what it may touch, what it does.
import type { Ambient } from "./context.ts";
import type { InvocationContext } from "./invoke/context.ts";
import type { Access, ClientsOf, Use } from "./resource/resource.ts";
import { checkName } from "./resource/resource.ts";
import type { Secret, SecretClient } from "./resource/secret.ts";
import type { Settings, SettingValues } from "./resource/settings.ts";
import type { AnyTrigger, EventOf, ReplyOf } from "./trigger/catalog.ts";

/** What a function may touch, by the names its handler knows them. */
export type Uses = Readonly<Record<string, Use | Settings | Secret>>;

type ClientOf<U> = U extends { readonly resource: infer R; readonly access: infer A extends Access }
  ? A extends keyof ClientsOf<R>
    ? NonNullable<ClientsOf<R>[A]>
    : never
  : U extends Settings<infer Fields>
    ? SettingValues<Fields>
    : U extends Secret
      ? SecretClient
      : never;

/** The handler's context: a client per use, and the ambient part. */
export type Context<U extends Uses = Uses> = Ambient & { readonly [Name in keyof U]: ClientOf<U[Name]> };

export interface FunctionDefinition<T extends AnyTrigger = AnyTrigger, U extends Uses = Uses> {
  /** Kebab case, the same as the file's name. */
  readonly name: string;
  readonly trigger: T;
  readonly uses?: U;
  /** How long one invocation may take. Default: 30. */
  readonly timeoutSeconds?: number;
  /** How often a failing event is delivered before it goes to the dead letter. Default: 5. */
  readonly maxAttempts?: number;
  /**
   * Makes the effects of an event seen as once: `in` names one `readWrite` store of `uses`. On sql, claim, effects
   * and mark are one transaction; on an object store, conditional writes with a lease, which is at least once.
   */
  readonly once?: { readonly in: keyof U & string };
  handle(event: EventOf<T>, context: Context<U>): ReplyOf<T> | Promise<ReplyOf<T>>;
}

/** A function whatever its trigger and uses, as adapters and tools see it. */
export type AnyFunction = Omit<FunctionDefinition, "handle" | "once"> & {
  readonly once?: { readonly in: string };
  // biome-ignore lint/suspicious/noExplicitAny: a handler is contravariant; the pipeline checks what it passes
  handle(event: any, context: any): unknown;
};

export const defaultTimeoutSeconds = 30;
export const defaultMaxAttempts = 5;

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

/**
 * Defines a function. It is inert: nothing is opened until a platform invokes it.
 * @throws {TypeError} when a name is unusable, or when the function writes to the store that starts it.
 */
export function defineFunction<const T extends AnyTrigger, const U extends Uses = Record<never, never>>(
  definition: FunctionDefinition<T, U>,
): FunctionDefinition<T, U> {
  const { name, trigger, uses = {} as U, once } = definition;
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
  checkAmounts(definition as unknown as FunctionDefinition);
  return definition;
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
