// What a pod does, by its environment: the manifests say it in the words that are read here.
import type { Artefact } from "../artefact.ts";
import { processHost } from "../host.ts";
import { gatewayCheck, readNumber, readSecret } from "../process/environment.ts";
import { type ProcessPlatform, runProcess } from "../process/index.ts";
import type { Sink } from "../process/intake-sink.ts";

export interface PodPlatform extends ProcessPlatform {
  /** The resource whose queues keep what the intake accepted. Default: the sink of a Knative binding does. */
  readonly deliveries?: string;
}

/**
 * Runs until SIGTERM, or until the one schedule that `FAASADE_RUN` names is done.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export async function startPod(
  artefact: Artefact,
  { deliveries, ...platform }: PodPlatform = {},
): Promise<void> {
  const { FAASADE_SERVE: role } = process.env;
  const drainSeconds = readNumber("FAASADE_DRAIN_SECONDS", 25, 86_400);
  if (role !== "intake" && role !== "consume")
    return runProcess(artefact, { ...gatewayCheck(), ...platform, drainSeconds });
  const listen = (platform.listen ?? (() => ({ port: readNumber("PORT", 8080, 65_535) })))();
  if (role === "consume") {
    const { runConsumers } = await import("../process/consume.ts");
    const { log } = platform;
    return runConsumers(artefact, {
      listen,
      drainSeconds,
      deliveries,
      ...(log === undefined ? {} : { log }),
    });
  }
  const secret = readSecret("FAASADE_INTAKE_SECRET");
  const sink = await openSink(artefact, deliveries);
  const { runIntake } = await import("../process/intake.ts");
  return runIntake(artefact, { listen, drainSeconds, secret, sink });
}

async function openSink(artefact: Artefact, deliveries: string | undefined): Promise<Sink> {
  if (deliveries === undefined) {
    const { bindingSink } = await import("../process/binding-sink.ts");
    return bindingSink(process.env);
  }
  const { queueSink } = await import("../process/queue-sink.ts");
  return queueSink(artefact, deliveries, processHost(artefact));
}
