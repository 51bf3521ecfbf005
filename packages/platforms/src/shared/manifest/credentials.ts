// What a driver signs in with, where the identity of the process does not do that.
import { type Grant, urlVariable } from "@faasade/core/adapter";

const variables: Readonly<Record<string, readonly string[]>> = {
  s3: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  sqs: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
  "azure-blob": ["AZURE_STORAGE_CONNECTION_STRING"],
  "storage-queue": ["AZURE_STORAGE_CONNECTION_STRING"],
  "service-bus": ["AZURE_SERVICEBUS_CONNECTIONSTRING"],
  pg: ["PGPASSWORD"],
  sql: ["PGPASSWORD"],
};

/** Who carries mail knows no identity of a process: the URL holds a password. */
export function isUrlSecret({ kind }: Pick<Grant, "kind">): boolean {
  return kind === "mail";
}

/** The environment variables that a granted resource may need, all of them secret. */
export function credentialsOf(grant: Grant, driverOf: (grant: Grant) => string): readonly string[] {
  if (grant.kind === "secret" || grant.kind === "function") return [];
  if (isUrlSecret(grant)) return [urlVariable(grant.name)];
  return variables[driverOf(grant)] ?? [];
}
