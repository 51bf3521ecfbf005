// What an operator tells a process by its environment, and what is refused before it starts.
import type { ProcessPlatform } from "./index.ts";
import { sameSecret } from "./intake-secret.ts";

/** The field in which a gateway that has authenticated a caller sends `FAASADE_GATEWAY_SECRET`. */
const gatewayHeader = "x-faasade-gateway";

/** A process authenticates nobody. A gateway in front may, and says so by a secret that clients do not know. */
export function gatewayCheck(): Pick<ProcessPlatform, "platformAuthenticates"> {
  const { FAASADE_GATEWAY_SECRET: secret } = process.env;
  if (secret === undefined) return {};
  const isSecret = sameSecret(readSecret("FAASADE_GATEWAY_SECRET"));
  return { platformAuthenticates: (headers) => isSecret(String(headers[gatewayHeader])) };
}

/** @throws {Error} when it is not set, or guessed too easily. */
export function readSecret(variable: string): string {
  const value = process.env[variable] ?? "";
  if (value.length >= 16) return value;
  throw new Error(
    `Cannot start: ${variable} is not set, or has less than 16 characters, and whoever knows it starts functions.`,
  );
}

/** @throws {Error} when it is set to anything but a whole number up to `most`. */
export function readNumber(variable: string, otherwise: number, most: number): number {
  const value = process.env[variable] ?? String(otherwise);
  if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
  throw new Error(`Cannot start: ${variable} is "${value}". Set a whole number up to ${most}.`);
}
