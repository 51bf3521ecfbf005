// What an invocation comes to; it never throws.
import type { FunctionError } from "../error.ts";

export type Outcome<Reply = unknown> =
  | { readonly ok: true; readonly reply: Reply }
  | { readonly ok: false; readonly error: FunctionError };

/** One item of a batch that failed, with its error brought into the closed table. */
export interface FailedDelivery {
  readonly id: string;
  readonly error: FunctionError;
}

/** The reply of every event function: which of the delivered events failed; none when it is empty. */
export interface EventReply {
  readonly failed: readonly FailedDelivery[];
}
