// What a callee's failure is to its caller: the same failure, where the callee said which.
import { type ErrorCode, FunctionError } from "@faasade/core";
import { errorTable } from "@faasade/core/adapter";

/** @param code as the callee said it; one that is none of ours is `internal`. */
export function calleeFailure(
  name: string,
  code: unknown,
  detail: string | undefined,
  retryAfterSeconds?: number,
): FunctionError {
  const known =
    typeof code === "string" && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "internal";
  const after = retryAfterSeconds === undefined ? {} : { retryAfterSeconds };
  return new FunctionError(known, `Cannot call ${name}: ${detail || errorTable[known].title}`, after);
}

/** It could not be asked, or its answer did not come: whether it ran is not known. */
export function unreachable(name: string, thrown: unknown, signal: AbortSignal): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { message, cause } = thrown as Error & {
    readonly cause?: { readonly message?: string; readonly code?: string };
  };
  const reason = cause?.message || cause?.code || message;
  return new FunctionError(
    signal.aborted ? "timeout" : "unavailable",
    `Cannot call ${name}: ${signal.aborted ? "the caller's time is over" : reason}`,
    { cause: thrown },
  );
}
