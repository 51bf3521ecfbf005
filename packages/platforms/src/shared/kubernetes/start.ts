// What a pod does, by its environment: the manifests say it in the words that are read here.
import type { Artefact } from "../artefact.ts";
import { type ProcessPlatform, runProcess } from "../process/index.ts";
import { sameSecret } from "../process/intake-secret.ts";

/** The field in which a gateway that has authenticated a caller sends `FAASADE_GATEWAY_SECRET`. */
const gatewayHeader = "x-faasade-gateway";

/**
 * Runs until SIGTERM, or until the one schedule that `FAASADE_RUN` names is done.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export async function startPod(artefact: Artefact, platform: ProcessPlatform = {}): Promise<void> {
  const { FAASADE_SERVE: role } = process.env;
  const drainSeconds = readNumber("FAASADE_DRAIN_SECONDS", 25, 86_400);
  if (role !== "intake" && role !== "consume")
    return runProcess(artefact, { ...gatewayCheck(), ...platform, drainSeconds });
  const listen = (platform.listen ?? (() => ({ port: readNumber("PORT", 8080, 65_535) })))();
  if (role === "consume") {
    const { runConsumers } = await import("../process/consume.ts");
    const { log } = platform;
    return runConsumers(artefact, { listen, drainSeconds, ...(log === undefined ? {} : { log }) });
  }
  const secret = readSecret("FAASADE_INTAKE_SECRET", process.env["FAASADE_INTAKE_SECRET"] ?? "");
  const { runIntake } = await import("../process/intake.ts");
  return runIntake(artefact, { listen, drainSeconds, secret });
}

/** Kubernetes authenticates nobody. A gateway in front may, and says so by a secret that clients do not know. */
function gatewayCheck(): Pick<ProcessPlatform, "platformAuthenticates"> {
  const { FAASADE_GATEWAY_SECRET: secret } = process.env;
  if (secret === undefined) return {};
  const isSecret = sameSecret(readSecret("FAASADE_GATEWAY_SECRET", secret));
  return { platformAuthenticates: (headers) => isSecret(String(headers[gatewayHeader])) };
}

function readSecret(variable: string, value: string): string {
  if (value.length >= 16) return value;
  throw new Error(
    `Cannot start: ${variable} is not set, or has less than 16 characters, and whoever knows it starts functions.`,
  );
}

function readNumber(variable: string, otherwise: number, most: number): number {
  const value = process.env[variable] ?? String(otherwise);
  if (/^\d+$/.test(value) && Number(value) <= most) return Number(value);
  throw new Error(`Cannot start: ${variable} is "${value}". Set a whole number up to ${most}.`);
}
