// The process of one app: loads its functions, tells the host what they are, and serves what the host delivers.

import { flushCompileCache } from "node:module";
import { Worker } from "node:worker_threads";
import { settingsSource } from "@faasade/connectors/settings";
import type { Resource } from "@faasade/core";
import {
  createIds,
  createOutboundHttp,
  describeFunction,
  type Hooks,
  type Host,
  type LogRecord,
  openApp,
  parseAllowedPrivate,
} from "@faasade/core/adapter";
import { type RunningServer, serveApp } from "@faasade/platforms/shared/server";
import { WorldClock } from "../clock.ts";
import { callerField } from "../gateway/caller.ts";
import { openSecrets } from "../secrets.ts";
import { answerCheck } from "./check-message.ts";
import { type LoadedApp, loadApp } from "./composition.ts";
import { examplesOf } from "./example.ts";
import { loadProblem } from "./load-problem.ts";
import type { AppMessage, HostMessage, StartMessage } from "./protocol.ts";
import { resultOf } from "./result.ts";

/** Timers may ring a little early. */
const timerMilliseconds = 10;

let clock: WorldClock | undefined;
let server: RunningServer | undefined;
let known: readonly Resource[] = [];

process.on("message", (message: HostMessage) => {
  if (message.type === "start") void start(message);
  else if (message.type === "clock") clock?.moveTo(message.aheadMilliseconds);
  else if (message.type === "ask") tell({ type: "alive" });
  else if (message.type === "check") void answerCheck(known, message).then(tell);
  else void server?.drain(5).then(() => process.exit(0));
});
// Without its host an app has no world: nothing it did would be seen. An orderly end would wait for what native code does.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
// The terminal sends Ctrl-C to the whole group; the host decides when its apps stop.
process.on("SIGINT", () => {});

async function start(message: StartMessage): Promise<void> {
  new Worker(new URL("./watch-host.ts", import.meta.url), { workerData: process.ppid }).unref();
  try {
    clock = new WorldClock(message.aheadMilliseconds);
    const { composition, definitions, resources } = await loadApp(message);
    known = resources;
    const app = openApp(composition, { ...hostFor(message, clock), hooks: hooksFor(definitions) });
    server = await serveApp(app, {
      listen: { path: message.socket },
      events: true,
      revealReasons: true,
      trustForwarded: true,
      // The gateway vouches for callers that are no foreign page, and takes this field from everybody.
      platformAuthenticates: (headers) => headers[callerField] === "operator",
    });
    tell({
      type: "ready",
      functions: definitions.map((one) => ({ ...describeFunction(one), examples: examplesOf(one) })),
      resources: resources.map(({ kind, name }) => ({ kind, name })),
    });
    // Node would keep it at the end, which may be a kill: the next process, of a changed source, starts sooner.
    flushCompileCache();
  } catch (thrown) {
    tell({ type: "failed", ...loadProblem(thrown, process.cwd()) });
  }
}

/** What counts and overruns is told; how long an invocation took, the world's clock, which can be moved, cannot say. */
function hooksFor(definitions: LoadedApp["definitions"]): Hooks {
  const described = new Map(definitions.map((one) => [one.name, describeFunction(one)]));
  const beganAt = new Map<string, number>();
  return {
    started: ({ id }) => beganAt.set(id, performance.now()),
    ended: ({ id, function: name }, outcome) => {
      const { timeoutSeconds = 0, trigger } = described.get(name) ?? {};
      const took = performance.now() - (beganAt.get(id) ?? 0);
      beganAt.delete(id);
      const isTimeout = !outcome.ok && outcome.error.code === "timeout";
      // The time of a request may be its client's, who is slow to send: the gateway knows.
      const isEvent = trigger?.kind !== "http";
      const overdue = isTimeout && isEvent && took >= timeoutSeconds * 1000 - timerMilliseconds;
      tell({ type: "invoked", function: name, result: resultOf(trigger?.kind ?? "", outcome), overdue });
    },
  };
}

function hostFor(message: StartMessage, clock: WorldClock): Host {
  const { PUBLIC_URL = message.publicUrl, ...environment } = process.env;
  const given = settingsSource({
    environment: { ...environment, PUBLIC_URL },
    file: message.settingsFile,
  });
  const configuration = (variable: string): string | undefined =>
    given(variable) ?? message.settings[variable];
  return {
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    log: tellLog,
    configuration,
    secrets: openSecrets(message.secretsFolder),
    http: createOutboundHttp({
      allowPrivate: parseAllowedPrivate(configuration("OUTBOUND_ALLOW_PRIVATE") ?? ""),
    }),
  };
}

/** What cannot go from process to process, such as a function among the fields, must not fail who logs it. */
function tellLog(record: LogRecord): void {
  try {
    tell({ type: "log", record });
  } catch (error) {
    tell({ type: "log", record: { ...record, fields: { unreadable: (error as Error).message } } });
  }
}

function tell(message: AppMessage): void {
  if (process.connected) process.send?.(message);
}
