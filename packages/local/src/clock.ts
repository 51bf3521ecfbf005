// The clock of the world: the wall clock, and how far the operator moved it ahead.
import type { Clock } from "@faasade/core";
import { FunctionError } from "@faasade/core";

/** What comes later cannot be written as RFC 3339. */
const latest = Date.UTC(9999, 0);

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

  /**
   * How far ahead it will be, so much later.
   * @throws {FunctionError} `invalid` for a clock that would run backwards: leases and ledgers rely on it.
   */
  aheadAfter(milliseconds: number): number {
    if (!(milliseconds >= 0)) {
      throw new FunctionError(
        "invalid",
        "Cannot move the clock back: what was done would be in the future. Start afresh with reset.",
      );
    }
    if (this.now() + milliseconds > latest)
      throw new FunctionError("invalid", "Cannot move the clock beyond the year 9999.");
    return this.#aheadMilliseconds + milliseconds;
  }

  /** @throws {FunctionError} as `aheadAfter` does. */
  advance(milliseconds: number): void {
    this.moveTo(this.aheadAfter(milliseconds));
  }

  /** Wherever the host's clock is, or back to the wall clock, which is only sensible when the data is new. */
  moveTo(aheadMilliseconds: number): void {
    // Whole, because what is due is kept in whole milliseconds.
    this.#aheadMilliseconds = Math.round(aheadMilliseconds);
    for (const listener of this.#listeners) listener(this.#aheadMilliseconds);
  }

  onMove(listener: (aheadMilliseconds: number) => void): void {
    this.#listeners.add(listener);
  }
}
