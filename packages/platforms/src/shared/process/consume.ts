// Consumers: takes messages of the queues and topics that cannot push, for every function of the app that waits.
import { setTimeout as delay } from "node:timers/promises";
import { type App, type FunctionEntry, type Host, type LogRecord, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";
import { processHost } from "../host.ts";
import { serveApp } from "../server/index.ts";
import { deliveriesName, openNamed, openQueue, type Queue } from "./consume-queue.ts";
import { Consumer } from "./consumer.ts";
import { endWhenTold } from "./until-told.ts";

export interface ConsumeOptions {
  /** Where it answers that it lives. */
  readonly listen: { readonly port: number; readonly host?: string };
  readonly drainSeconds: number;
  /** The resource whose queues keep what an intake accepted; undefined where objects start functions otherwise. */
  readonly deliveries?: string | undefined;
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

/**
 * Runs until SIGTERM: then it takes nothing more, lets what has begun come to its end, and ends. Any number of such
 * processes may share the queues.
 */
export async function runConsumers(artefact: Artefact, options: ConsumeOptions): Promise<void> {
  const { log, drainSeconds, deliveries } = options;
  const host = processHost(artefact, log === undefined ? {} : { log });
  const app = openApp(artefact, host);
  const consumers = await consumersOf(artefact, app, host, deliveries);
  const server = await serveApp(app, { listen: options.listen, http: false });
  for (const consumer of consumers) consumer.start();
  endWhenTold(async () => {
    await within(drainSeconds, Promise.allSettled(consumers.map((consumer) => consumer.stop())));
    await server.drain(0);
  });
}

/** What takes longer is left to its visibility timeout. */
function within(seconds: number, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, delay(seconds * 1000, undefined, { ref: false })]);
}

/** A consumer for each function that waits for messages of a queue or topic, or for what an intake accepted. */
export function consumersOf(
  artefact: Artefact,
  app: App,
  host: Host,
  deliveries?: string,
): Promise<Consumer[]> {
  return Promise.all(
    artefact.functions.flatMap((entry) => {
      const { kind } = entry.trigger;
      if (kind === "message") return [open(app, entry, () => openQueue(artefact, entry, host), host)];
      if (kind !== "object" || deliveries === undefined) return [];
      return [open(app, entry, () => openDeliveries(artefact, entry, deliveries, host), host)];
    }),
  );
}

async function openDeliveries(
  artefact: Artefact,
  { name }: FunctionEntry,
  resource: string,
  host: Host,
): Promise<Queue> {
  const openIt = openNamed(artefact, resource, host, `Cannot take deliveries for ${name}`);
  return (await openIt(deliveriesName(artefact, name))) as Queue;
}

async function open(
  app: App,
  entry: FunctionEntry,
  openIt: () => Promise<Queue>,
  host: Host,
): Promise<Consumer> {
  const { default: definition } = await entry.load();
  return new Consumer({ app, definition, openQueue: openIt, host });
}
