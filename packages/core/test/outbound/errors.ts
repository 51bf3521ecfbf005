// What a promise was rejected with, and all that its error says.

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was not rejected.");
}

/** Everything a log might print of an error. */
export function everythingSaidBy(error: unknown): string {
  const { message, stack, cause } = error as Error;
  const own = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return [message, stack, own, cause === undefined ? "" : everythingSaidBy(cause)].join("\n");
}
