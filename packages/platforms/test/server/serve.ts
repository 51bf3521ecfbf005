// A real server on 127.0.0.1, or on a pipe, for one test, and the host its functions run on.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineFunction, type HandlerReply, type HttpRequest, http } from "@faasade/core";
import { type AnyFunction, createIds, type Host, type LogRecord, openApp } from "@faasade/core/adapter";
import { type RunningServer, type ServeOptions, serveApp } from "@faasade/platforms/shared/server";
import { onTestFinished } from "vitest";

export interface Served extends RunningServer {
  /** Where a client connects to: of `node:http` and `node:net` alike. */
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  /** What the server could not send. */
  readonly reports: string[];
  /** What the functions and the pipeline logged. */
  readonly records: LogRecord[];
}

/** Serves these functions until the test is over; `closed` is called when the app is closed. */
export async function serve(
  functions: readonly AnyFunction[],
  options: Partial<ServeOptions> = {},
  closed: () => void = () => {},
): Promise<Served> {
  const records: LogRecord[] = [];
  const reports: string[] = [];
  const entries = functions.map((fn) => ({
    name: fn.name,
    trigger: fn.trigger,
    load: async () => ({ default: fn }),
  }));
  const app = openApp({ app: "test", functions: entries, drivers: {} }, hostOf(records));
  const listen = options.listen ?? { port: 0, host: "127.0.0.1" };
  const close = async (): Promise<void> => {
    await app.close();
    closed();
  };
  const server = await serveApp(
    { ...app, close },
    { report: (message) => reports.push(message), ...options, listen },
  );
  onTestFinished(() => server.drain(0));
  const address =
    "path" in listen ? { path: listen.path } : { host: listen.host ?? "127.0.0.1", port: server.port };
  return { ...server, address, reports, records };
}

/** A path for a socket that nobody else listens on. */
export function pipePath(): string {
  const name = `faasade-${process.pid}-${Math.random().toString(36).slice(2)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** A public http function. */
export function route(
  name: string,
  pattern: string,
  handle: (request: HttpRequest) => HandlerReply | Promise<HandlerReply>,
  options: { readonly maxBodyBytes?: number; readonly timeoutSeconds?: number } = {},
): AnyFunction {
  const { timeoutSeconds = 30, ...routeOptions } = options;
  return defineFunction({
    name,
    timeoutSeconds,
    trigger: http(pattern, { auth: "public", ...routeOptions }),
    handle: (request) => handle(request as HttpRequest),
  }) as AnyFunction;
}

/** Waits for a condition; the test's own deadline ends it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A promise that a test keeps when it likes. */
export function promised<Value = void>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  const { promise, resolve } = Promise.withResolvers<Value>();
  return { promise, resolve };
}

function hostOf(records: LogRecord[]): Host {
  const clock = { now: Date.now };
  return {
    clock,
    random: Math.random,
    ids: createIds(clock, Math.random),
    log: (record) => records.push(record),
    configuration: () => undefined,
    secrets: async (name) => Promise.reject(new Error(`no secret ${name}`)),
    http: { fetch: async () => Promise.reject(new Error("no network")) },
  };
}
