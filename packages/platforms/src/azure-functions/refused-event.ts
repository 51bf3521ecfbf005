// What is thrown to make the host deliver an event again, until the platform dead-letters it.
import { FunctionError } from "@faasade/core";

export class RefusedEvent extends Error {
  override readonly name = "RefusedEvent";
  readonly error: FunctionError;

  constructor(error: FunctionError, message = error.message) {
    super(message, { cause: error });
    this.error = error;
  }

  /** An event that its function does not wait for: it says what was looked for, and where. */
  static unmatched(what: string, why: string): RefusedEvent {
    return new RefusedEvent(new FunctionError("not_found", `Cannot deliver ${what}: ${why}`));
  }
}
