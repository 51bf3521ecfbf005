// defineFunction: one function, what starts it, what it may touch, what it does.
import { checkDefinition } from "#check-definition";
import type { Ambient } from "./context.ts";
import type { Access, ClientsOf, Use } from "./resource/resource.ts";
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

/**
 * Defines a function. It is inert: nothing is opened until a platform invokes it.
 * @throws {TypeError} when a name is unusable, or when the function writes to the store that starts it.
 */
export function defineFunction<const T extends AnyTrigger, const U extends Uses = Record<never, never>>(
  definition: FunctionDefinition<T, U>,
): FunctionDefinition<T, U> {
  checkDefinition(definition as unknown as FunctionDefinition);
  return definition;
}
