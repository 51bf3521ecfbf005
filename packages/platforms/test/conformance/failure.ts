// The ways in which functions of the suite fail.
import { FunctionError } from "@faasade/core";

/** `retryable` and `permanent` are errors of the table; the others are what careless code does. */
export type Failure = "retryable" | "permanent" | "throw" | "reject" | "null" | "hang" | "late";

/** Throws at once for `throw`; else a promise of what becomes of it. */
export function obey(failure: Failure | undefined): unknown {
  if (failure === "throw") throw new Error("secret reason");
  if (failure === undefined) return Promise.resolve(undefined);
  return fail(failure);
}

async function fail(failure: Failure): Promise<unknown> {
  if (failure === "hang") return new Promise(() => {});
  if (failure === "null") throw null;
  if (failure === "retryable") throw new FunctionError("unavailable", "not now", { retryAfterSeconds: 7 });
  if (failure === "permanent") throw new FunctionError("unprocessable", "never");
  // After its deadline nobody waits for it any more.
  if (failure === "late") await new Promise((resolve) => setTimeout(resolve, 300));
  throw new Error("secret reason");
}
