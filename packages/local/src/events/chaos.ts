// Faults on purpose: duplicates, delays and crashes, as the operator asked for.
import { FunctionError } from "@faasade/core";
import type { Chaos } from "../control/api.ts";

export class ChaosSwitch {
  #state: Chaos = { duplicate: 0, delaySeconds: 0, crash: 0 };
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get state(): Chaos {
    return this.#state;
  }

  /** @throws {FunctionError} `invalid` for probabilities outside 0 to 1 or a delay outside 0 to 3,600 s. */
  set(change: Partial<Chaos>): Chaos {
    const next = { ...this.#state, ...change };
    const within = (value: unknown, most: number): boolean =>
      typeof value === "number" && value >= 0 && value <= most;
    if (!within(next.duplicate, 1) || !within(next.crash, 1) || !within(next.delaySeconds, 3600)) {
      throw new FunctionError(
        "invalid",
        "Cannot set chaos: duplicate and crash are from 0 to 1, delaySeconds from 0 to 3600.",
      );
    }
    this.#state = { duplicate: next.duplicate, crash: next.crash, delaySeconds: next.delaySeconds };
    return this.#state;
  }

  duplicates(): boolean {
    return this.#random() < this.#state.duplicate;
  }

  crashes(): boolean {
    return this.#random() < this.#state.crash;
  }

  delayMilliseconds(): number {
    return this.#random() * this.#state.delaySeconds * 1000;
  }
}
