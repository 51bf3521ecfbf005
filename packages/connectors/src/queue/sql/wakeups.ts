// Wakes who waits for messages when this process has sent some; other processes are found by looking again.
import type { SqlDriver } from "../../sql/driver.ts";

const wakeupsOf = new WeakMap<SqlDriver, Map<string, Wakeups>>();

export class Wakeups {
  readonly #waiting = new Set<() => void>();
  #count = 0;

  /** One for each queue of a database, whoever opened it. */
  static of(driver: SqlDriver, queue: string): Wakeups {
    const queues = wakeupsOf.get(driver) ?? new Map<string, Wakeups>();
    wakeupsOf.set(driver, queues);
    const wakeups = queues.get(queue) ?? new Wakeups();
    queues.set(queue, wakeups);
    return wakeups;
  }

  /** How often `wake` was called. */
  get count(): number {
    return this.#count;
  }

  wake(): void {
    this.#count += 1;
    for (const resume of this.#waiting) resume();
  }

  /** Returns at once when it was woken since `seen`, so that what is sent while one looks is not slept through. */
  async sleep(milliseconds: number, seen: number, signal?: AbortSignal): Promise<void> {
    if (this.#count !== seen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const resume = () => resolve();
    const timer = setTimeout(resume, milliseconds);
    this.#waiting.add(resume);
    signal?.addEventListener("abort", resume);
    await promise;
    signal?.removeEventListener("abort", resume);
    this.#waiting.delete(resume);
    clearTimeout(timer);
  }
}
