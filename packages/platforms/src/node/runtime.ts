// An app in one process of your own: it answers requests, keeps time, takes messages and watches its folders.
import { type App, type Host, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import { type ProcessHostOptions, processHost } from "../shared/host.ts";
import { gatewayCheck, readNumber } from "../shared/process/environment.ts";
import { endWhenTold } from "../shared/process/until-told.ts";
import { type RunningServer, serveApp } from "../shared/server/index.ts";
import type { Worker } from "./worker.ts";

/** Whoever waits for a page does not wait for what keeps time: that begins so long after the server listens. */
const workersAfterMilliseconds = 250;

/**
 * Runs until SIGTERM. `PORT` and `HOST` say where it listens, `FAASADE_STATE` where it keeps what it must remember.
 * With `FAASADE_SERVE=http,events` it answers requests and posted events on one port, and nothing else starts
 * anything: for a machine of one's own.
 * What else starts functions begins a moment later; a process that cannot keep its state, or take what the app waits
 * for, then ends with the reason.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
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
  const server = await serveApp(app, { listen, events: posted, ...gatewayCheck() });
  const calls = posted ? undefined : await serveCalls(artefact, app);
  const workers = posted ? undefined : beginWorkers(artefact, app, host);
  endWhenTold(async () => {
    const deadline = Date.now() + drainSeconds * 1000;
    const stopped = workers?.stop() ?? Promise.resolve();
    const tooLong = new Promise((resolve) => setTimeout(resolve, drainSeconds * 1000).unref());
    await Promise.race([stopped, tooLong]);
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
function beginWorkers(artefact: Artefact, app: App, host: Host): Pick<Worker, "stop"> | undefined {
  const kinds = new Set(artefact.functions.map(({ trigger }) => trigger.kind));
  if (!["schedule", "object", "message"].some((kind) => kinds.has(kind as "message"))) return undefined;
  let beginning: Promise<Pick<Worker, "stop">> | undefined;
  // What it throws ends the process, as everything that nobody awaits.
  const timer = setTimeout(() => {
    beginning = import("./workers.ts").then(({ startWorkers }) => startWorkers(artefact, app, host));
  }, workersAfterMilliseconds);
  return {
    async stop() {
      clearTimeout(timer);
      const workers = await beginning?.catch(() => undefined);
      await workers?.stop();
    },
  };
}
