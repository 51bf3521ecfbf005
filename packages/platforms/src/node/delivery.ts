// Delivers an event to a function until it is handled or given up, across the ends of the process.
import { setTimeout as delay } from "node:timers/promises";
import { type CloudEvent, FunctionError } from "@faasade/core";
import { type App, defaultMaxAttempts, type FunctionEntry, type Host } from "@faasade/core/adapter";
import { failuresOf } from "../shared/deliver.ts";
import { backOffSeconds } from "../shared/process/back-off.ts";
import type { State } from "./state.ts";

export interface DeliveryParts {
  readonly app: App;
  readonly host: Pick<Host, "log" | "clock" | "random">;
  readonly state: State;
  /** Aborted when the process is to end: what waits for another attempt is left for the next start. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the event was handled, or is a dead letter with its reason.
 * @throws {Error} `AbortError` when the process is to end before; the event is to be delivered again.
 */
export async function deliver(parts: DeliveryParts, entry: FunctionEntry, event: CloudEvent): Promise<void> {
  const { app, host, state, signal } = parts;
  const { maxAttempts = defaultMaxAttempts } = (await entry.load()).default;
  for (;;) {
    signal.throwIfAborted();
    const attempt = state.begin(entry.name, event.id);
    const failure = attempt > maxAttempts ? neverEnded(event) : await attemptOnce(app, entry, event, attempt);
    if (failure?.redeliver === true && attempt < maxAttempts) {
      const seconds = backOffSeconds(attempt, failure.retryAfterSeconds, host.random);
      log(
        parts,
        "warn",
        entry,
        `${event.id} failed and comes again in ${Math.round(seconds)} s: ${said(failure)}`,
      );
      await delay(seconds * 1000, undefined, { signal });
      continue;
    }
    if (failure !== undefined) bury(parts, entry, event, failure, Math.min(attempt, maxAttempts));
    return state.end(entry.name, event.id);
  }
}

async function attemptOnce(app: App, { name }: FunctionEntry, event: CloudEvent, attempt: number) {
  return (await failuresOf(app, name, { events: [event], attempt })).get(event.id);
}

/** The process died with each of its deliveries. */
function neverEnded({ id }: CloudEvent): FunctionError {
  return new FunctionError("internal", `No delivery of ${id} came to an end`);
}

function bury(
  parts: DeliveryParts,
  entry: FunctionEntry,
  event: CloudEvent,
  failure: FunctionError,
  attempts: number,
): void {
  const reason = `${said(failure)}${failure.redeliver ? ` (gave up after ${attempts} attempts)` : ""}`;
  parts.state.bury({ functionName: entry.name, event, attempts, reason, at: parts.host.clock.now() });
  log(parts, "error", entry, `${event.id} is a dead letter: ${reason}`);
}

function said({ code, message }: FunctionError): string {
  return `${code}: ${message}`;
}

function log(
  { host }: DeliveryParts,
  level: "warn" | "error",
  { name }: FunctionEntry,
  message: string,
): void {
  host.log({ time: host.clock.now(), level, message, function: name, invocation: "", traceparent: "" });
}
