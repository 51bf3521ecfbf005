// Saves one thing while the next is being made: the database and the reader work at the same time.

/** At most one saving is under way, in the order given; what one threw is thrown by the next call, or by `done`. */
export class OneAhead implements AsyncDisposable {
  #saving: Promise<unknown> = Promise.resolve();

  async save<Given extends unknown[]>(
    work: (...given: Given) => Promise<unknown>,
    ...given: Given
  ): Promise<void> {
    await this.#saving;
    this.#saving = work(...given);
    // Whoever comes next hears of it; until then nobody does.
    this.#saving.catch(() => {});
  }

  /** Resolves when everything is saved. */
  async done(): Promise<void> {
    await this.#saving;
  }

  /** What is under way when something else failed is over before anybody says how it went. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#saving.catch(() => {});
  }
}
