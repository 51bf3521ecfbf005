// Ends the wait for a handler at its deadline; what it may still do is the platform's to stop.
import { FunctionError } from "../error.ts";
import type { InvocationContext } from "./context.ts";

/** @throws {FunctionError} `timeout` when the deadline passes first; the context's signal is aborted by then. */
export function beforeDeadline<Result>(
  work: Promise<Result>,
  context: InvocationContext,
  functionName: string,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const wait = Math.max(0, context.deadline - context.clock.now());
    const timer = setTimeout(
      () => {
        const seconds = Math.round(wait / 100) / 10;
        const error = new FunctionError("timeout", `${functionName} did not finish in its ${seconds} s.`);
        context.close(error);
        reject(error);
      },
      Math.min(wait, 2 ** 31 - 1),
    );
    work.then(
      (result) => {
        clearTimeout(timer);
        resolve(result);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
