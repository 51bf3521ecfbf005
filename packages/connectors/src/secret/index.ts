// The secret port: values by name, read at each call because they rotate, never logged and never kept.
import { FunctionError } from "@faasade/core";

export type { SecretSource } from "@faasade/core/adapter";

/** What every driver answers for a secret that is not there. */
export function missingSecret(name: string, where: string): FunctionError {
  return new FunctionError("unavailable", `Cannot read secret ${name}: ${where}.`);
}

/** @throws {FunctionError} `unavailable` for a name that could lead elsewhere, such as a path. */
export function checkSecretName(name: string): string {
  if (/^[A-Z][A-Z0-9_]{0,199}$/.test(name)) return name;
  throw missingSecret(JSON.stringify(name), 'names are upper case, such as "SLACK_SIGNING_SECRET"');
}
