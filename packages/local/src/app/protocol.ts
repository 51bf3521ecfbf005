// What the host and an app's process say to each other over Node's own channel between parent and child.
import type { FunctionDescription, LogRecord } from "@faasade/core/adapter";

/** Everything an app's process needs to know; secrets come through its environment. */
export interface StartMessage {
  readonly type: "start";
  readonly app: string;
  readonly functionFiles: readonly string[];
  /** Where the process listens: a unix socket or named pipe. */
  readonly socket: string;
  /** The app's settings file. */
  readonly settingsFile: string;
  readonly secretsFolder: string;
  /** Where databases and queues are reached. */
  readonly pipe: string;
  /** Where calls to other functions are posted. */
  readonly callSocket: string;
  /** Folder of the app's stores: one folder each. */
  readonly storesFolder: string;
  readonly publicUrl: string;
  readonly aheadMilliseconds: number;
}

export type HostMessage =
  | StartMessage
  | { readonly type: "clock"; readonly aheadMilliseconds: number }
  | { readonly type: "drain" };

export type AppMessage =
  | {
      readonly type: "ready";
      readonly functions: readonly FunctionDescription[];
      readonly resources: readonly ResourceDescription[];
    }
  | { readonly type: "failed"; readonly problem: string }
  | { readonly type: "invoked"; readonly function: string; readonly result: InvocationResult }
  | { readonly type: "log"; readonly record: LogRecord };

/** `refused`: what was asked was wrong, and the function said so as it should. */
export type InvocationResult = "ok" | "refused" | "failed";

export interface ResourceDescription {
  readonly kind: string;
  readonly name: string;
}
