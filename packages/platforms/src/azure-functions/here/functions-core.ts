// The module that the Node worker gives to `@azure/functions`, and what that registers with it
// (azure-functions-nodejs-worker 3, setupCoreModule.ts).
import { Module } from "node:module";
import type { Binding } from "../bindings.ts";

/** A function, as the library registers it. */
export interface Registered {
  readonly metadata: {
    readonly name: string;
    readonly bindings: Readonly<Record<string, RpcBinding>>;
    readonly retryOptions?: object;
  };
  readonly callback: (...inputs: unknown[]) => unknown;
}

interface RpcBinding extends Binding {
  readonly direction: "in" | "out";
}

/** A value as it goes over gRPC: one of `string`, `json`, `bytes`, `collectionBytes`, … */
export type TypedData = Readonly<Record<string, unknown>>;

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Registered["callback"]): Promise<unknown>;
  getResponse(
    context: unknown,
    result: unknown,
  ): Promise<{ outputData?: { name: string; data: TypedData }[] }>;
}

export interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
  getCapabilities(known: object): Promise<{ HttpUri?: string }>;
}

export interface Loaded {
  readonly functions: ReadonlyMap<string, Registered>;
  /** Absent when the library was not loaded. */
  readonly model?: ProgrammingModel;
}

let registering = new Map<string, Registered>();
let model: ProgrammingModel | undefined;

const core = {
  version: "3.13.0",
  hostVersion: "4.1050.0",
  setProgrammingModel: (one: ProgrammingModel): void => {
    model = one;
  },
  registerFunction: (metadata: Registered["metadata"], callback: Registered["callback"]) => {
    // The host refuses what is not a name of its own, and two functions of one name.
    if (!/^[A-Za-z][\w-]{0,127}$/.test(metadata.name)) throw new Error(`No name: ${metadata.name}`);
    if (registering.has(metadata.name)) throw new Error(`Registered twice: ${metadata.name}`);
    if (callback.length !== 2) throw new Error(`${metadata.name} takes ${callback.length} parameters`);
    registering.set(metadata.name, { metadata, callback });
    return { dispose: () => {} };
  },
  registerHook: () => ({ dispose: () => {} }),
  log: () => {},
};

/** The worker answers this one `require` itself, whoever asks. */
Module.prototype.require = new Proxy(Module.prototype.require, {
  apply: (target, self, [id]: [string]) =>
    id === "@azure/functions-core" ? core : Reflect.apply(target, self, [id]),
});

/** @param load what the worker loads: it registers its functions. */
export async function loadFunctions(load: () => unknown): Promise<Loaded> {
  const functions = new Map<string, Registered>();
  registering = functions;
  await load();
  return { functions, ...(model === undefined ? {} : { model }) };
}
