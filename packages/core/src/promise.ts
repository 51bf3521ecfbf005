// Telling promises from values, so that what is synchronous stays so.

/** By its method, not its class: a library may bring promises of its own. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is Promise<Value> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}
