// Kubernetes at run time: a pod answers requests, takes calls or notifications, consumes, or runs one schedule once.
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { startPod } from "../shared/kubernetes/start.ts";
import { deliveries } from "./deliveries.ts";

export interface KubernetesOptions {
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

/**
 * Runs until SIGTERM, or until the one schedule that `FAASADE_RUN` names is done. `FAASADE_SERVE` says what it does:
 * `http`, `events`, `intake` or `consume`.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export function serve(artefact: Artefact, options: KubernetesOptions = {}): Promise<void> {
  return startPod(artefact, { ...options, deliveries });
}
