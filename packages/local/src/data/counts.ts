// How often each function ran since the start, and what came of it.
import type { InvocationResult } from "../app/protocol.ts";
import type { InvocationCounts } from "../control/api.ts";

export class Counts {
  readonly #byFunction = new Map<string, InvocationCounts>();

  add(functionName: string, result: InvocationResult): void {
    const { invocations, refused, failures } = this.of(functionName);
    this.#byFunction.set(functionName, {
      invocations: invocations + 1,
      refused: refused + (result === "refused" ? 1 : 0),
      failures: failures + (result === "failed" ? 1 : 0),
    });
  }

  of(functionName: string): InvocationCounts {
    return this.#byFunction.get(functionName) ?? { invocations: 0, refused: 0, failures: 0 };
  }
}
