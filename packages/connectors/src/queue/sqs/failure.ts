// What the errors of SQS mean to a function, and to the operator who can mend them.
import { FunctionError } from "@faasade/core";
import { describeTarget, type SqsTarget } from "./target.ts";

interface SqsFailure {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const outdated = /^(AWS\.SimpleQueueService\.)?(MessageNotInflight|ReceiptHandleIsInvalid)$/;

/** Whether a receipt no longer holds, or never was one. */
export function isOutdated({ name = "", message = "" }: SqsFailure): boolean {
  return outdated.test(name) || (name === "InvalidParameterValue" && /receipt ?handle/i.test(message));
}

/** @param action what was asked of SQS, such as `sqs:SendMessage` */
export function explainSqs(thrown: unknown, target: SqsTarget, action: string): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { name = "", message, $metadata } = (thrown ?? {}) as SqsFailure;
  const because = (reason: string): FunctionError =>
    new FunctionError("unavailable", `Cannot use ${describeTarget(target)}: ${reason}`, { cause: thrown });
  if (/QueueDoesNotExist|NonExistentQueue/.test(name))
    return because("there is no such queue. Create it, or change the URL.");
  if (name === "CredentialsProviderError")
    return because(
      `there are no credentials (${message}). Give the function a role, or set AWS_* variables.`,
    );
  const status = $metadata?.httpStatusCode;
  if (status === 403 || status === 401 || /AccessDenied/.test(name))
    return because(`access was refused: ${name || status}. Its role needs ${action}.`);
  return because(`${message || name || String(thrown)} (${action})`);
}
