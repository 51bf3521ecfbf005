// How long a transaction may take, waiting included.
import { FunctionError } from "@faasade/core";
import type { TransactionOptions } from "./driver.ts";

export const defaultTimeoutSeconds = 30;

export class Deadline {
  readonly #endsAt: number;
  readonly #timer: NodeJS.Timeout;
  readonly #passed: Promise<never>;

  constructor(options: TransactionOptions = {}) {
    const seconds = options.timeoutSeconds ?? defaultTimeoutSeconds;
    const milliseconds = Math.min(Math.max(1, seconds * 1000), 2 ** 31 - 1);
    this.#endsAt = performance.now() + milliseconds;
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {}); // nobody may be waiting at that moment
    this.#passed = promise;
    this.#timer = setTimeout(
      () => reject(new FunctionError("timeout", `Cannot finish the transaction: its ${seconds} s are over.`)),
      milliseconds,
    );
  }

  get remainingMilliseconds(): number {
    return Math.max(1, Math.ceil(this.#endsAt - performance.now()));
  }

  /** @throws {FunctionError} `timeout` when the deadline passes first; what `promise` comes to is then dropped. */
  race<Result>(promise: Promise<Result>): Promise<Result> {
    return Promise.race([promise, this.#passed]);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
