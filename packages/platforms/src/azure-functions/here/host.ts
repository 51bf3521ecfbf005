// A host of Azure Functions in small: what it hands to an app, whichever way that runs.
import type { Binding } from "../bindings.ts";
import type { WireReply } from "./wire.ts";

/** A function as the host knows it: registered by the Node model, or from its function.json. */
export interface HostFunction {
  readonly name: string;
  /** What starts it. */
  readonly trigger: Binding;
}

/** What a trigger hands over. */
export interface Handed {
  /** The bytes of a message, or of each of several; of anything else its JSON. */
  readonly data: unknown;
  /** What the trigger tells beside it, names as the host has them. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** How often a retry policy has tried this before. */
  readonly retryCount?: number;
}

/** What goes to the app: by gRPC to the Node worker, over HTTP to a custom handler. */
export type Native = Readonly<Record<string, unknown>>;

/** What an invocation put out, by binding. */
export type Outputs = Readonly<Record<string, unknown>>;

export interface HostRequest {
  readonly method: string;
  /** Percent-encoded. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: Uint8Array;
  /** Whom App Service has authenticated. */
  readonly caller?: string;
}

export interface FunctionsHost {
  readonly functions: readonly HostFunction[];
  /** What an invocation as the app gets it has its payload in. */
  readonly payload: "data" | "Data";
  /** @throws what the invocation failed with: its event comes again. */
  handOver(name: string, handed: Handed): Promise<Outputs>;
  /** The same, for an invocation as the app itself gets it. */
  invoke(name: string, native: Native): Promise<Outputs>;
  request(request: HostRequest): Promise<WireReply>;
}
