// Commits together what arrives at the same time: one transaction after the other, each of all that waited for it.

interface Waiting<Item> {
  readonly item: Item;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const mostAtOnce = 500;

export class Group<Item> {
  readonly #commit: (items: readonly Item[]) => Promise<void>;
  #waiting: Waiting<Item>[] = [];
  #isBusy = false;

  constructor(commit: (items: readonly Item[]) => Promise<void>) {
    this.#commit = commit;
  }

  /** Resolves when the item is committed. @throws what `commit` threw for this item, whatever others came with it. */
  add(item: Item): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ item, resolve, reject });
    if (!this.#isBusy) void this.#run();
    return promise;
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    // What comes in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const some = this.#waiting.slice(0, mostAtOnce);
      this.#waiting = this.#waiting.slice(mostAtOnce);
      if (await this.#isCommitted(some)) continue;
      // One of them may be at fault: each by itself, so that it holds up no other.
      for (const one of some) await this.#isCommitted([one]);
    }
    this.#isBusy = false;
  }

  /** @returns false when several could not be committed together. */
  async #isCommitted(some: readonly Waiting<Item>[]): Promise<boolean> {
    try {
      await this.#commit(some.map(({ item }) => item));
      for (const { resolve } of some) resolve();
    } catch (error) {
      if (some.length > 1) return false;
      some[0]?.reject(error);
    }
    return true;
  }
}
