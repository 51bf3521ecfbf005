// An event as the host hands it over, the same whichever way it came.
import type { CloudEvent, FunctionError } from "@faasade/core";
import type { Fields } from "../shared/fields.ts";

export interface NativeEvent {
  /** The host's id of this invocation. */
  readonly invocation: string;
  /** What the trigger's parameter holds: bytes, several of them, or an object. */
  readonly data: unknown;
  /** What the trigger says beside it, names in camel case. */
  readonly metadata: Fields;
  /** How often a retry policy has tried this before. */
  readonly retryCount: number;
  readonly traceparent: string | undefined;
}

/** Something of several that is no event, and will be none the next time either. */
export interface Unreadable {
  readonly data: unknown;
  readonly error: FunctionError;
}

/** What a function is to be given. */
export interface Decoded {
  readonly events: readonly CloudEvent[];
  readonly unreadable?: readonly Unreadable[];
  /** 1 on the first delivery. */
  readonly attempt: number;
}

/** How many times an event was delivered, by what the host counts. */
export function attemptOf(counted: unknown, { retryCount }: NativeEvent): number {
  const count = Number(counted);
  return count >= 1 ? Math.floor(count) : retryCount + 1;
}
