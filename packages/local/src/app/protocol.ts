// What the host and an app's process say to each other over Node's own channel between parent and child.
import type { FunctionDescription, LogRecord } from "@faasade/core/adapter";
import type { Engines } from "../engines/engines.ts";
import type { Examples } from "./example.ts";
import type { LoadProblem } from "./load-problem.ts";

/** Everything an app's process needs to know; secrets come through its environment. */
export interface StartMessage {
  readonly type: "start";
  readonly app: string;
  readonly functionFiles: readonly string[];
  /** Where the process listens: a unix socket or named pipe. */
  readonly socket: string;
  /** The app's settings file. */
  readonly settingsFile: string;
  /** What the app's manifest says for a laptop; the environment and the file come before it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly secretsFolder: string;
  /** Where databases and queues are reached. */
  readonly pipe: string;
  /** Where calls to other functions are posted. */
  readonly callSocket: string;
  /** Where the host takes mails. */
  readonly mailPort: number;
  /** Where topics are, on this machine. */
  readonly brokerPort: number;
  /** Folder of the app's stores: one folder each. */
  readonly storesFolder: string;
  /** What is not on this machine; a URL may hold a password, so this goes by the channel alone. */
  readonly engines: Engines;
  readonly publicUrl: string;
  readonly aheadMilliseconds: number;
}

/** Whether a resource's schema takes a message; answered with the same number. */
export interface CheckMessage {
  readonly type: "check";
  readonly check: number;
  readonly resource: string;
  readonly message: unknown;
}

export interface CheckedMessage {
  readonly type: "checked";
  readonly check: number;
  readonly problem?: string;
}

/** A function, and data to try it with. */
export interface AppFunction extends FunctionDescription {
  readonly examples: Examples;
}

export type HostMessage =
  | StartMessage
  | CheckMessage
  | { readonly type: "clock"; readonly aheadMilliseconds: number }
  /** Answered by "alive", unless something holds the process up. */
  | { readonly type: "ask" }
  | { readonly type: "drain" };

export type AppMessage =
  | {
      readonly type: "ready";
      readonly functions: readonly AppFunction[];
      readonly resources: readonly ResourceDescription[];
    }
  | CheckedMessage
  | ({ readonly type: "failed" } & LoadProblem)
  | { readonly type: "alive" }
  | {
      readonly type: "invoked";
      readonly function: string;
      readonly result: InvocationResult;
      /** An event used up its time, counted from when the function began; its handler may still be at work. */
      readonly overdue: boolean;
    }
  | { readonly type: "log"; readonly record: LogRecord };

/** `refused`: what was asked was wrong, and the function said so as it should. */
export type InvocationResult = "ok" | "refused" | "failed";

export interface ResourceDescription {
  readonly kind: string;
  readonly name: string;
}
