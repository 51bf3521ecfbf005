// Secrets from environment variables of the same name.
import type { SecretSource } from "@faasade/core/adapter";
import { checkSecretName, missingSecret } from "./index.ts";

/** Opens `env:`. An empty variable counts as not set. */
export function open(url: string): SecretSource {
  if (url !== "env:")
    throw new TypeError(`Cannot open secrets from ${JSON.stringify(url)}: this driver takes "env:".`);
  return async (name) => {
    const value = process.env[checkSecretName(name)];
    if (value === undefined || value === "") throw missingSecret(name, "the environment variable is not set");
    return value;
  };
}
