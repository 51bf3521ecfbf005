// Gives meaning to what a driver throws: whatever the driver did not explain is the store's trouble, so try again.
import { FunctionError } from "@faasade/core";

/** Runs a call of a driver. @throws {FunctionError} the driver's own, else `unavailable` saying what could not be done. */
export async function attempt<Result>(what: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call();
  } catch (thrown) {
    throw explain(what, thrown);
  }
}

export function explain(what: string, thrown: unknown): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { message, code, name } = (thrown ?? {}) as Partial<NodeJS.ErrnoException>;
  const reason = message || code || name || String(thrown);
  return new FunctionError("unavailable", `Cannot ${what}: ${reason}`, { cause: thrown });
}
