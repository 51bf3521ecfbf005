// One at a time, in the order of asking: for a database that has a single session.
import type { Deadline } from "./deadline.ts";

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `work` when everything asked for before has ended.
   * @throws {FunctionError} `timeout` when the turn does not come before the deadline; `work` does not run then.
   */
  async take<Result>(deadline: Deadline, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last;
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.#last = before.then(() => ended);
    try {
      await deadline.race(before);
      return await work();
    } finally {
      end();
    }
  }
}
