// Knative at run time: a pod of Serving answers requests or what Eventing posts; others consume, or take notifications.
import type { LogRecord } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { writeLine } from "../shared/host.ts";
import { startPod } from "../shared/kubernetes/start.ts";

export interface KnativeOptions {
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

/**
 * Runs until SIGTERM. `PORT` says where it listens, `FAASADE_SERVE` what it does: `http`, `events`, `intake`,
 * `consume` or `dead-letters`.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export async function serve(artefact: Artefact, options: KnativeOptions = {}): Promise<void> {
  const role = process.env["FAASADE_SERVE"] ?? "http";
  if (role === "dead-letters") {
    const { runDeadLetters } = await import("./dead-letters.ts");
    return runDeadLetters(artefact, options);
  }
  if (!role.includes("events")) return startPod(artefact, options);
  const { decoderOf } = await import("./events.ts");
  const { log = writeLine } = options;
  const decodeEvents = decoderOf(artefact, (name, message) =>
    log({ time: Date.now(), level: "error", message, function: name, invocation: "", traceparent: "" }),
  );
  return startPod(artefact, { ...options, decodeEvents, replyEvents: true });
}
