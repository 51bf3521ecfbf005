// Telling promises from values, so that what is synchronous stays so.

/** By its method, not its class: a library may bring promises of its own. */
export function isPromise<Value>(value: Value | PromiseLike<Value>): value is Promise<Value> {
  return (
    typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function"
  );
}

/** Goes on at once with a value, later with a promise: `await` makes wait, and allocate, for what is there already. */
export function andThen<Value, Result>(
  value: Value | PromiseLike<Value>,
  next: (value: Value) => Result | PromiseLike<Result>,
): Result | PromiseLike<Result> {
  return isPromise(value) ? value.then(next) : next(value as Value);
}
