// What the errors of S3 mean to a function, and to the operator who can mend them.
import { FunctionError } from "@faasade/core";
import type { ByteRange } from "../driver.ts";
import { unsatisfiable } from "../range.ts";
import { describeTarget, type S3Target } from "./target.ts";

interface S3Failure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export interface S3Call {
  readonly target: S3Target;
  /** The IAM action it needs, such as `s3:GetObject`. */
  readonly action: string;
  readonly range?: ByteRange | undefined;
  readonly conditional?: boolean;
}

/** Whether there is no such object, as far as a caller may know; a missing bucket is something else. */
export function isAbsent(thrown: unknown): boolean {
  const { name } = thrown as S3Failure;
  return name === "NoSuchKey" || name === "NotFound";
}

/** A `FunctionError` where S3 said what is wrong, else the error itself. */
export function explainS3(thrown: unknown, { target, action, range, conditional = false }: S3Call): unknown {
  const { name = "", message, $metadata } = thrown as S3Failure;
  const status = $metadata?.httpStatusCode;
  const where = describeTarget(target);
  const unavailable = (reason: string) =>
    new FunctionError("unavailable", `Cannot use ${where}: ${reason}`, { cause: thrown });
  // 409: another conditional write to the key was under way; 404: nothing is there to match.
  if (conditional && (status === 412 || name === "ConditionalRequestConflict" || isAbsent(thrown))) {
    return new FunctionError(
      "precondition_failed",
      `Cannot write to ${where}: the condition does not hold.`,
      { cause: thrown },
    );
  }
  if (range !== undefined && (status === 416 || name === "InvalidRange")) return unsatisfiable(range);
  if (name === "NoSuchBucket") return unavailable("there is no such bucket. Create it, or change the URL.");
  if (name === "PermanentRedirect" || name === "AuthorizationHeaderMalformed") {
    return unavailable(`the bucket is in another region (${message}). Add region= to the URL.`);
  }
  if (name === "CredentialsProviderError") {
    return unavailable(
      `there are no credentials (${message}). Give the function a role, or set AWS_* variables.`,
    );
  }
  if (status === 403 || status === 401) {
    const hint =
      action === "s3:GetObject"
        ? " (and s3:ListBucket, without which S3 refuses to say that a key is absent)"
        : "";
    return unavailable(`access was refused: ${name || status}. Its role needs ${action}${hint}.`);
  }
  return thrown;
}
