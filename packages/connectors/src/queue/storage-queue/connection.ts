// The clients of a queue and of its poison queue; the SDK is loaded on first use.
import type { QueueClient } from "@azure/storage-queue";
import { FunctionError } from "@faasade/core";
import { describeTarget, type StorageQueueTarget } from "./target.ts";

export interface StorageQueueConnection {
  readonly queue: QueueClient;
  /** Where the host of Azure Functions puts what it gives up. */
  readonly poison: QueueClient;
}

export async function connectQueues({ account, name }: StorageQueueTarget): Promise<StorageQueueConnection> {
  const sdk = await import("@azure/storage-queue");
  const credential =
    account.key === undefined
      ? (await import("../../shared/azure/identity.ts")).identity()
      : new sdk.StorageSharedKeyCredential(account.name, account.key);
  const service = new sdk.QueueServiceClient(account.endpoint, credential);
  return { queue: service.getQueueClient(name), poison: service.getQueueClient(`${name}-poison`) };
}

interface QueueFailure {
  readonly name?: string;
  readonly message?: string;
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly errorCode?: string };
}

/** Whether a receipt no longer holds, or never was one. */
export function isOutdated(thrown: unknown): boolean {
  const reason = reasonOf(thrown as QueueFailure) ?? "";
  return ["MessageNotFound", "PopReceiptMismatch", "InvalidQueryParameterValue"].includes(reason);
}

/** @param role a built-in role that would do */
export function explainQueue(thrown: unknown, target: StorageQueueTarget, role: string): FunctionError {
  if (thrown instanceof FunctionError) return thrown;
  const { statusCode, name, message } = thrown as QueueFailure;
  const reason = reasonOf(thrown as QueueFailure);
  const because = (why: string): FunctionError =>
    new FunctionError("unavailable", `Cannot use ${describeTarget(target)}: ${why}`, { cause: thrown });
  if (reason === "QueueNotFound")
    return because(`there is no such queue, or no ${target.name}-poison. Create it, or change the URL.`);
  if (statusCode === 401 || statusCode === 403)
    return because(`access was refused: ${reason ?? statusCode}. Its identity needs the role ${role}.`);
  if (name === "CredentialUnavailableError" || name === "AggregateAuthenticationError")
    return because(
      "there are no credentials. Give the app an identity, or set AZURE_STORAGE_CONNECTION_STRING from a secret.",
    );
  return because(reason ?? message ?? String(thrown));
}

function reasonOf({ code, details }: QueueFailure): string | undefined {
  return details?.errorCode ?? code;
}
