// How often each function ran since the start, and how often it failed.

export interface Count {
  readonly invocations: number;
  readonly failures: number;
}

export class Counts {
  readonly #byFunction = new Map<string, Count>();

  add(functionName: string, ok: boolean): void {
    const { invocations, failures } = this.of(functionName);
    this.#byFunction.set(functionName, { invocations: invocations + 1, failures: failures + (ok ? 0 : 1) });
  }

  of(functionName: string): Count {
    return this.#byFunction.get(functionName) ?? { invocations: 0, failures: 0 };
  }
}
