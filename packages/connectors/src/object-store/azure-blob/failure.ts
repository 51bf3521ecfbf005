// What the errors of Blob Storage mean to a function, and to the operator who can mend them.
import { FunctionError } from "@faasade/core";
import type { ByteRange } from "../driver.ts";
import { unsatisfiable } from "../range.ts";
import { type BlobTarget, describeTarget } from "./target.ts";

interface BlobFailure {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly errorCode?: string };
}

export interface BlobCall {
  /** A built-in role that would do. */
  readonly role: string;
  readonly range?: ByteRange | undefined;
  readonly conditional?: boolean;
}

/** Whether there is no such blob; a missing container is something else. A head has no body, so no reason. */
export function isAbsent(thrown: unknown): boolean {
  const { statusCode } = thrown as BlobFailure;
  return statusCode === 404 && reasonOf(thrown as BlobFailure) !== "ContainerNotFound";
}

export function explainBlob(thrown: unknown, target: BlobTarget, call: BlobCall): unknown {
  if (thrown instanceof FunctionError) return thrown;
  const { statusCode, name, message } = thrown as BlobFailure;
  const reason = reasonOf(thrown as BlobFailure);
  const where = describeTarget(target);
  const unavailable = (why: string) =>
    new FunctionError("unavailable", `Cannot use ${where}: ${why}`, { cause: thrown });
  if (reason === "ContainerNotFound")
    return unavailable("there is no such container. Create it, or change the URL.");
  // 409: something is there; 404: nothing is there to match; a list of blocks: another write took them away.
  const isLost =
    statusCode === 412 || isAbsent(thrown) || reason === "BlobAlreadyExists" || reason === "InvalidBlockList";
  if (call.conditional === true && isLost)
    return new FunctionError(
      "precondition_failed",
      `Cannot write to ${where}: the condition does not hold.`,
      {
        cause: thrown,
      },
    );
  if (call.range !== undefined && statusCode === 416) return unsatisfiable(call.range);
  if (statusCode === 401 || statusCode === 403)
    return unavailable(
      `access was refused: ${reason ?? statusCode}. Its identity needs the role ${call.role}.`,
    );
  if (name === "CredentialUnavailableError" || name === "AggregateAuthenticationError")
    return unavailable(
      "there are no credentials. Give the app an identity, or set AZURE_STORAGE_CONNECTION_STRING from a secret.",
    );
  return unavailable(reason ?? message ?? String(thrown));
}

function reasonOf({ code, details }: BlobFailure): string | undefined {
  return details?.errorCode ?? code;
}
