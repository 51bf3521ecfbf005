// What the errors of Cloud Storage mean to a function, and to the operator who can mend them.
import { FunctionError } from "@faasade/core";
import { GoogleError } from "../../shared/google/api.ts";
import { describeTarget, type GcsTarget } from "./target.ts";

/** Whether there is no such object, as far as a caller may know; a missing bucket is something else. */
export function isAbsent(thrown: unknown): boolean {
  return thrown instanceof GoogleError && thrown.status === 404 && !isBucketMissing(thrown);
}

/** @param permission what the call needs, such as `storage.objects.get` */
export function explainGcs(thrown: unknown, target: GcsTarget, permission: string): unknown {
  const where = describeTarget(target);
  const unavailable = (reason: string) =>
    new FunctionError("unavailable", `Cannot use ${where}: ${reason}`, { cause: thrown });
  if (thrown instanceof Error && /credentials/i.test(thrown.message))
    return unavailable(`${thrown.message}.`);
  if (!(thrown instanceof GoogleError)) return thrown;
  if (thrown.status === 404) return unavailable("there is no such bucket. Create it, or change the URL.");
  if (thrown.status === 412)
    return new FunctionError(
      "precondition_failed",
      `Cannot write to ${where}: the condition does not hold.`,
      {
        cause: thrown,
      },
    );
  if (thrown.status === 401 || thrown.status === 403)
    return unavailable(`access was refused (${thrown.message}). Its account needs ${permission}.`);
  return unavailable(`${thrown.message} (${thrown.status})`);
}

function isBucketMissing({ status, message }: GoogleError): boolean {
  return status === 404 && /bucket/i.test(message) && !/object/i.test(message);
}
