// What is thrown to make Lambda deliver an event again, and dead-letter it at last with the reason.
import { FunctionError } from "@faasade/core";
import { toFunctionError } from "@faasade/core/adapter";

/** Its name is the error's code: Lambda reports the name as `errorType` to callers and to OnFailure destinations. */
export class RefusedEvent extends Error {
  constructor(error: FunctionError, message = error.message) {
    super(message, { cause: error });
    this.name = error.code;
  }

  static of(thrown: unknown): RefusedEvent {
    return thrown instanceof RefusedEvent ? thrown : new RefusedEvent(toFunctionError(thrown));
  }

  /** An event that no function of this artefact waits for: it says what was looked for, and where. */
  static unmatched(what: string, why: string): RefusedEvent {
    return new RefusedEvent(new FunctionError("not_found", `Cannot deliver ${what}: ${why}`));
  }
}
