// An app in one process of your own: it answers requests, keeps time, takes messages and watches its folders.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type App, type Host, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { type ProcessHostOptions, processHost } from "../shared/host.ts";
import { gatewayCheck, readNumber } from "../shared/process/environment.ts";
import { endWhenTold } from "../shared/process/until-told.ts";
import { type RunningServer, serveApp } from "../shared/server/index.ts";
import type { Worker } from "./worker.ts";

/**
 * Runs until SIGTERM. `PORT` and `HOST` say where it listens, `FAASADE_STATE` where it keeps what it must remember.
 * With `FAASADE_SERVE=http,events` it answers requests and posted events on one port, and nothing else starts
 * anything: for a machine of one's own.
 * @throws {Error} when it cannot listen, cannot keep its state, or the environment asks for what there is not.
 */
export async function serve(artefact: Artefact, options: ProcessHostOptions = {}): Promise<void> {
  const host = processHost(artefact, options);
  const app = openApp(artefact, host);
  const { HOST, FAASADE_SERVE } = process.env;
  const drainSeconds = readNumber("FAASADE_DRAIN_SECONDS", 25, 86_400);
  const listen = { port: readNumber("PORT", 8080, 65_535), ...(HOST === undefined ? {} : { host: HOST }) };
  const posted = FAASADE_SERVE === "http,events";
  if (FAASADE_SERVE !== undefined && !posted)
    throw new Error(`Cannot start: FAASADE_SERVE is "${FAASADE_SERVE}". Set http,events, or leave it out.`);
  const isOver = new AbortController();
  const workers = posted ? [] : await workersOf(artefact, app, host, isOver.signal);
  const server = await serveApp(app, { listen, events: posted, ...gatewayCheck() });
  const calls = posted ? undefined : await serveCalls(artefact, app);
  for (const worker of workers) await worker.start();
  endWhenTold(async () => {
    isOver.abort();
    const deadline = Date.now() + drainSeconds * 1000;
    const stopped = Promise.allSettled(workers.map((worker) => worker.stop()));
    await Promise.race([stopped, delay(drainSeconds * 1000, undefined, { ref: false })]);
    await calls?.drain(0);
    await server.drain(Math.max(0, deadline - Date.now()) / 1000);
  });
}

/** Calls of the app's own functions, which nobody outside this machine can make. */
async function serveCalls({ functions }: Artefact, app: App): Promise<RunningServer | undefined> {
  if (!functions.some(({ trigger }) => trigger.kind === "call")) return undefined;
  const listen = { host: "127.0.0.1", port: readNumber("FAASADE_CALLS_PORT", 8081, 65_535) };
  return serveApp({ ...app, close: async () => {} }, { listen, http: false, events: true });
}

/** Nothing of it is loaded by an app that only answers requests. */
async function workersOf(artefact: Artefact, app: App, host: Host, signal: AbortSignal): Promise<Worker[]> {
  const kinds = new Set(artefact.functions.map(({ trigger }) => trigger.kind));
  if (!["schedule", "object", "message"].some((kind) => kinds.has(kind as "message"))) return [];
  const { FAASADE_STATE, STATE_DIRECTORY } = process.env;
  const { State } = await import("./state.ts");
  const state = new State(FAASADE_STATE ?? STATE_DIRECTORY ?? join(process.cwd(), "state"));
  const parts = { app, host, state, signal };
  const [{ openSchedules }, { openWatchedStores }, { consumersOf }] = await Promise.all([
    import("./schedules.ts"),
    import("./watched-stores.ts"),
    import("../shared/process/consume.ts"),
  ]);
  return [
    openSchedules(artefact.functions, parts),
    ...(await openWatchedStores(artefact, parts)),
    ...(await consumersOf(artefact, app, host)),
  ];
}
