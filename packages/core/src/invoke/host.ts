// What a platform brings: time, chance, configuration and drivers. The composition root fills it in.
import type { JwtAuth, Principal } from "../auth/auth.ts";
import type { Clock, Ids, LogRecord, OutboundHttp } from "../context.ts";
import type { AnyFunction } from "../function.ts";
import type { TriggerOutline } from "../trigger/catalog.ts";
import type { Outcome } from "./outcome.ts";

/** Where settings and resource URLs come from; undefined when nobody set it. */
export type ConfigurationSource = (variable: string) => string | undefined;

/** Reads a secret when it is asked for. @throws {FunctionError} `unavailable` when it is not there. */
export type SecretSource = (name: string) => Promise<string>;

/** A driver module: one file exporting `open(url)`. */
export interface DriverModule {
  open(url: string, options: DriverOptions): unknown;
}

export interface DriverOptions {
  /** The name of the resource that is opened. */
  readonly name: string;
  readonly clock: Clock;
  readonly configuration: ConfigurationSource;
}

/** Which driver an artefact carries for a resource, and where it points unless the configuration says otherwise. */
export interface DriverEntry {
  readonly load: () => Promise<DriverModule>;
  readonly url?: string;
}

export interface Host {
  readonly clock: Clock;
  readonly random: () => number;
  readonly ids: Ids;
  readonly log: (record: LogRecord) => void;
  readonly configuration: ConfigurationSource;
  readonly secrets: SecretSource;
  readonly http: OutboundHttp;
  readonly hooks?: Hooks;
  readonly callers?: Callers;
}

/** Whom a route with `auth: "platform"` lets in where the platform itself lets everybody through. */
export interface Callers {
  /** The platform's own tokens, which callers bring. */
  readonly token: JwtAuth;
  /** @param bearer who the token is of. @throws {FunctionError} `forbidden` when that is nobody to let in. */
  admit(bearer: Principal): Principal;
}

/** What telemetry sees of an invocation. Hooks are called in order, must not throw and cannot change the outcome. */
export interface Hooks {
  started?(invocation: InvocationInfo): void;
  ended?(invocation: InvocationInfo, outcome: Outcome): void;
}

export interface InvocationInfo {
  readonly app: string;
  readonly function: string;
  readonly id: string;
  readonly traceparent: string;
  readonly attempt: number;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** One function of an artefact: what routing needs as data, the rest behind a loader. */
export interface FunctionEntry {
  readonly name: string;
  readonly trigger: TriggerOutline;
  readonly load: () => Promise<{ readonly default: AnyFunction }>;
}

/** An app as the composition root lays it out. */
export interface Composition {
  readonly app: string;
  readonly functions: readonly FunctionEntry[];
  /** Http functions of the app that other artefacts hold, so that `urlOf` knows their routes. */
  readonly elsewhere?: readonly Pick<FunctionEntry, "name" | "trigger">[];
  /** By resource name. */
  readonly drivers: Readonly<Record<string, DriverEntry>>;
}
