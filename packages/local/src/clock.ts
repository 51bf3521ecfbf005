// The clock of the world: the wall clock, and how far the operator moved it ahead.
import type { Clock } from "@faasade/core";
import { FunctionError } from "@faasade/core";

export class WorldClock implements Clock {
  #aheadMilliseconds: number;
  readonly #listeners = new Set<(aheadMilliseconds: number) => void>();

  constructor(aheadMilliseconds = 0) {
    this.#aheadMilliseconds = aheadMilliseconds;
  }

  now(): number {
    return Date.now() + this.#aheadMilliseconds;
  }

  get aheadMilliseconds(): number {
    return this.#aheadMilliseconds;
  }

  /** @throws {FunctionError} `invalid` for a clock that would run backwards: leases and ledgers rely on it. */
  advance(milliseconds: number): void {
    if (!(milliseconds >= 0)) {
      throw new FunctionError(
        "invalid",
        "Cannot move the clock back: what was done would be in the future. Start afresh with reset.",
      );
    }
    this.#move(this.#aheadMilliseconds + milliseconds);
  }

  /** Back to the wall clock; only sensible when the data is new. */
  reset(): void {
    this.#move(0);
  }

  onMove(listener: (aheadMilliseconds: number) => void): void {
    this.#listeners.add(listener);
  }

  #move(aheadMilliseconds: number): void {
    this.#aheadMilliseconds = aheadMilliseconds;
    for (const listener of this.#listeners) listener(aheadMilliseconds);
  }
}
