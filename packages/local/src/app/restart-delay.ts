// How long to wait before a process that ended by itself is started again: longer each time it keeps ending.

const longestMilliseconds = 5000;

export class RestartDelay {
  #crashes = 0;

  /** Nothing for the first time, and for a process that ran long enough to be thought well. */
  next(ranMilliseconds: number): number {
    if (ranMilliseconds > longestMilliseconds) this.#crashes = 0;
    const wait = this.#crashes === 0 ? 0 : Math.min(longestMilliseconds, 100 * 2 ** this.#crashes);
    this.#crashes += 1;
    return wait;
  }
}
