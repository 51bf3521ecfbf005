// What damaged events are handed to, and by which it is known afterwards whether any was acknowledged unhandled.

/** A handler that counts what it handled, and of whose runs every third fails, in this way or that. */
export function countingHandler() {
  const counts = { handled: 0, failed: 0, began: 0 };
  const count = (): unknown => {
    counts.began += 1;
    if (counts.began % 3 !== 0) {
      counts.handled += 1;
      return undefined;
    }
    counts.failed += 1;
    if (counts.began % 2 === 0) throw new Error("thrown");
    return Promise.reject(new Error("rejected"));
  };
  return { counts, count };
}

/** A schema that refuses nothing. */
export const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;
