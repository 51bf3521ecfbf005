// An app as a process of its own: what a container, a job or a platform that talks HTTP to a process starts.
import { type App, type LogRecord, openApp } from "@faasade/core/adapter";
import type { Artefact } from "../artefact.ts";
import { processHost } from "../host.ts";
import { type ServeOptions, serveApp } from "../server/index.ts";
import { endWhenTold } from "./until-told.ts";

/** What a platform knows of the processes it starts. */
export interface ProcessPlatform
  extends Pick<ServeOptions, "decodeEvents" | "replyEvents" | "platformAuthenticates" | "trustForwarded"> {
  /** Where the platform wants the server. Default: `PORT`, else 8080, on every interface. */
  readonly listen?: () => { readonly port: number; readonly host?: string };
  /** How long it waits between SIGTERM and SIGKILL, less a second. Default: 25. */
  readonly drainSeconds?: number;
  /** Default: a line of JSON on standard output. */
  readonly log?: (record: LogRecord) => void;
}

/** What the manifest tells a process to do with the app it carries. */
const serves = ["http", "events", "http,events"] as const;

/**
 * Serves the app until SIGTERM, or runs the one schedule that `FAASADE_RUN` names and ends. `FAASADE_SERVE` says what
 * it answers: `http` unless set; `events` only where nobody but the platform can reach it.
 * @throws {Error} when it cannot listen, or the environment asks for what there is not.
 */
export async function runProcess(artefact: Artefact, platform: ProcessPlatform = {}): Promise<void> {
  const { drainSeconds = 25, log } = platform;
  const app = openApp(artefact, processHost(artefact, log === undefined ? {} : { log }));
  const job = process.env["FAASADE_RUN"];
  if (job !== undefined) {
    const { runJob } = await import("./job.ts");
    process.exitCode = await runJob(app, job);
    return;
  }
  const server = await serveApp(app, {
    ...platform,
    listen: (platform.listen ?? listenOnPort)(),
    ...served(app),
  });
  endWhenTold(() => server.drain(drainSeconds));
}

function served({ name }: App): { readonly http: boolean; readonly events: boolean } {
  const value = process.env["FAASADE_SERVE"] ?? "http";
  if (!serves.some((one) => one === value))
    throw new Error(`Cannot serve ${name}: FAASADE_SERVE is "${value}". Set one of: ${serves.join(" | ")}.`);
  return { http: value.includes("http"), events: value.includes("events") };
}

/** Without a host Node binds every interface at once; naming `::` costs 6 ms of CPU to parse. */
function listenOnPort(): { port: number } {
  const value = process.env["PORT"] ?? "8080";
  const port = Number(value);
  if (/^\d+$/.test(value) && port < 65_536) return { port };
  throw new Error(`Cannot listen: PORT is "${value}". Set a number from 0 to 65535.`);
}
