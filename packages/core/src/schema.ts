// Validation through Standard Schema, so that core depends on no validator and an app may choose any.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type ErrorDetail, FunctionError } from "./error.ts";
import { isPromise } from "./promise.ts";

export type Schema<Output = unknown> = StandardSchemaV1<unknown, Output>;
export type OutputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : never;
export type InputOf<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : never;

/**
 * The validated value, as the schema transforms it; a promise only where the schema itself is asynchronous.
 * @param what what is validated, for the message: `the body`, `setting MAX_PIXELS`.
 * @throws {FunctionError} `invalid`, with one detail per issue that names its path.
 */
export function validate<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
  what: string,
): OutputOf<S> | Promise<OutputOf<S>> {
  const result = schema["~standard"].validate(value);
  return isPromise(result)
    ? result.then((settled) => accept<OutputOf<S>>(settled as StandardSchemaV1.Result<OutputOf<S>>, what))
    : accept<OutputOf<S>>(result as StandardSchemaV1.Result<OutputOf<S>>, what);
}

function accept<Output>(result: StandardSchemaV1.Result<Output>, what: string): Output {
  if (result.issues === undefined) return result.value;
  const details = result.issues.map(toDetail);
  const [first] = details;
  const where = first === undefined || first.path === "" ? "" : ` at ${first.path}`;
  const more = details.length > 1 ? ` (and ${details.length - 1} more)` : "";
  throw new FunctionError("invalid", `Cannot accept ${what}${where}: ${first?.message ?? "refused"}${more}`, {
    details,
  });
}

function toDetail(issue: StandardSchemaV1.Issue): ErrorDetail {
  const path = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return { path, message: issue.message };
}
