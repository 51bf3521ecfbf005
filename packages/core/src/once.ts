// Seen as once: the contract between the pipeline and a store that can remember what was done.

/** The method by which a `readWrite` client of a store remembers events. */
export const seenOnce: unique symbol = Symbol("faasade.seenOnce");

/** What the effects came to, and which keys may be marked as done. */
export interface Effects<Result> {
  readonly result: Result;
  readonly done: readonly string[];
}

/**
 * Claims the keys that nobody has marked, runs `effects` for these and marks what it says is done. On sql, claim,
 * effects and mark are one transaction and `client` is inside it; on an object store, `client` is the same client
 * under a lease, so that effects of a run that died may be seen again.
 */
export interface OnceLedger<Client = unknown> {
  /**
   * @returns what `effects` returned; undefined when every key was already done, and `effects` did not run.
   * @throws {FunctionError} `unavailable` when another run holds a key at this moment.
   */
  [seenOnce]<Result>(
    keys: readonly string[],
    effects: (client: Client, fresh: readonly string[]) => Promise<Effects<Result>>,
  ): Promise<Result | undefined>;
}

export function isOnceLedger(client: unknown): client is OnceLedger {
  return typeof client === "object" && client !== null && seenOnce in client;
}
