// Those who wait for something to change, and look again when it did.

export class Waiters {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next `wake`, after the time, or when the signal aborts, whichever comes first. */
  async next({ milliseconds, signal }: { milliseconds?: number; signal?: AbortSignal }): Promise<void> {
    if (signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const timer = milliseconds === undefined ? undefined : setTimeout(wake, milliseconds);
    this.#waiting.add(wake);
    signal?.addEventListener("abort", wake);
    await promise;
    signal?.removeEventListener("abort", wake);
    this.#waiting.delete(wake);
    clearTimeout(timer);
  }

  wake(): void {
    for (const wake of this.#waiting) wake();
  }
}
