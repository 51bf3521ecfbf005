// Consumers: takes messages of the queues that cannot push, for every function of the app that waits for one.
import { type App, type FunctionEntry, type LogRecord, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";
import { processHost } from "../host.ts";
import { serveApp } from "../server/index.ts";
import { openQueue, type Queue } from "./consume-queue.ts";
import { Consumer } from "./consumer.ts";

export interface ConsumeOptions {
  /** Where it answers that it lives. */
  readonly listen: { readonly port: number; readonly host?: string };
  readonly drainSeconds: number;
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

/**
 * Runs until SIGTERM: then it takes nothing more, lets what has begun come to its end, and ends. Any number of such
 * processes may share the queues.
 */
export async function runConsumers(artefact: Artefact, options: ConsumeOptions): Promise<void> {
  const { log, drainSeconds } = options;
  const host = processHost(artefact, log === undefined ? {} : { log });
  const app = openApp(artefact, host);
  const consumers = await Promise.all(
    artefact.functions.flatMap((entry) =>
      entry.trigger.kind === "message" && entry.trigger.source.kind === "queue"
        ? [open(app, entry, () => openQueue(artefact, entry, host), host)]
        : [],
    ),
  );
  const server = await serveApp(app, { listen: options.listen, http: false });
  for (const consumer of consumers) consumer.start();
  let code = 0;
  let isEnding = false;
  const end = async (): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    const deadline = setTimeout(() => process.exit(code), drainSeconds * 1000);
    await Promise.allSettled(consumers.map((consumer) => consumer.stop()));
    await server.drain(0);
    clearTimeout(deadline);
    process.exit(code);
  };
  process.once("SIGTERM", end).once("SIGINT", end);
  // What nobody awaits leaves the process in a state nobody knows; what it has begun is still finished.
  process.on("uncaughtException", (error) => {
    console.error(error);
    code = 1;
    void end();
  });
}

async function open(
  app: App,
  entry: FunctionEntry,
  openIt: () => Promise<Queue>,
  host: ReturnType<typeof processHost>,
): Promise<Consumer> {
  const { default: definition } = await entry.load();
  return new Consumer({ app, definition, openQueue: openIt, host });
}
