// What the engine says went wrong, with a code that has a meaning.
import { type ErrorCode, FunctionError } from "@faasade/core";

/** By how the engine's message begins. */
const codes: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^Permission Error/, "forbidden"],
  [/^(Parser|Binder|Catalog|Conversion|Out of Range|Invalid Input|Not implemented)/, "invalid"],
  [/^Out of Memory Error/, "too_large"],
  [/^INTERRUPT/i, "timeout"],
];

/** Paths of the machine do not leave it. */
export function explainFailure(thrown: unknown, folder: string): unknown {
  if (thrown instanceof FunctionError || !(thrown instanceof Error)) return thrown;
  const message = thrown.message.replaceAll(folder, "").trim();
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? "internal";
  return new FunctionError(code, `Cannot run the query: ${message}`, { cause: thrown });
}
