// The one door for http: `/<app>/…` goes to that app's process, as a platform's router would hand it over.
import {
  createServer,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream/promises";
import { FunctionError } from "@faasade/core";
import { defaultTimeoutSeconds, problem } from "@faasade/core/adapter";
import type { AppProcess } from "../app/process.ts";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { Causes } from "../data/causes.ts";
import type { Journal } from "../data/journal.ts";
import { listen } from "../listen.ts";
import { isLocalHost } from "../local-host.ts";
import { callerField, isOperator } from "./caller.ts";
import { answersAt, findRoute, routesOf } from "./find-route.ts";

export interface GatewayOptions {
  readonly apps: ReadonlyMap<string, AppSupervisor>;
  readonly journal: Journal;
  readonly causes: Causes;
}

export interface Gateway {
  readonly origin: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Fields that belong to one connection, and those only a proxy may set. */
const notForwarded =
  /^(connection|expect|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-forwarded-.*|forwarded|x-faasade-.*)$/;
/** How long past its deadline a function's process may stay silent. */
const graceMilliseconds = 2000;

/** @param wantedPort is taken where it is free; any other free one where it is not. */
export async function openGateway(options: GatewayOptions, wantedPort = 0): Promise<Gateway> {
  const server = createServer((request, response) => {
    route(options, server, request, response).catch(() => response.destroy());
  });
  const port = await listen(server, wantedPort).catch(() => listen(server, 0));
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 2000).unref();
      }),
  };
}

async function route(
  options: GatewayOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { port } = server.address() as AddressInfo;
  const [, name = "", rest = ""] = /^\/([^/?]*)(.*)$/s.exec(request.url ?? "/") ?? [];
  const supervisor = options.apps.get(name);
  if (!isLocalHost(request.headers.host, port)) {
    refuse(
      response,
      new FunctionError("forbidden", "Cannot accept the request: its Host is not this machine."),
    );
  } else if (supervisor === undefined) {
    const known = [...options.apps.keys()].map((app) => `/${app}/`).join(", ");
    refuse(
      response,
      new FunctionError(
        "not_found",
        `Cannot ${request.method} ${request.url}: apps answer under ${known || "nothing yet"}.`,
      ),
    );
  } else if (rest.startsWith("/.faasade/")) {
    refuse(response, new FunctionError("not_found", "Cannot reach the platform's own paths from outside."));
  } else {
    await forward(options, supervisor, request, response, rest.startsWith("/") ? rest : `/${rest}`);
  }
}

async function forward(
  { journal, causes }: GatewayOptions,
  supervisor: AppSupervisor,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const app = supervisor.source.name;
  const startedAt = performance.now();
  const id = crypto.randomUUID();
  const [shown = path] = path.split("?");
  const description = findRoute(supervisor.functions, request.method ?? "GET", shown);
  const timeoutSeconds = description?.timeoutSeconds ?? defaultTimeoutSeconds;
  let status = 502;
  try {
    const process = await supervisor.running();
    if (!answersAt(supervisor.functions, shown)) throw nothingThere(supervisor, request.method, shown);
    const headers = forwardedHeaders(
      request.headers,
      app,
      causes.open(id, request.headers["traceparent"]?.toString()),
    );
    const incoming = await exchange(process, request, { path, headers, timeoutSeconds }).catch(
      async (error: Error) => {
        throw response.destroyed ? error : await process.lost(error);
      },
    );
    status = incoming.statusCode ?? 502;
    // A client that is slow to send may have used up the time: then nothing hangs.
    if (status === 504 && request.complete)
      process.endOverdue(`${request.method} ${shown}`, startedAt, timeoutSeconds);
    response.writeHead(status, withoutHopByHop(incoming.headers));
    await pipeline(incoming, response);
  } catch (thrown) {
    const lost = `Cannot reach ${app}: ${(thrown as Error).message}.`;
    const error = thrown instanceof FunctionError ? thrown : new FunctionError("unavailable", lost);
    if (response.headersSent) response.destroy();
    else {
      status = error === thrown ? error.status : 502;
      refuse(response, error, status);
    }
  }
  // An open page asks again and again whether something changed: that would drown what did.
  if (status === 304) return;
  journal.note({
    kind: "request",
    id,
    app,
    ...(description === undefined ? {} : { function: description.name }),
    title: `${request.method} /${app}${shown} → ${status}`,
    outcome: status < 400 ? "ok" : status < 500 ? "refused" : "retry",
    milliseconds: Math.round(performance.now() - startedAt),
  });
}

function nothingThere({ functions, source }: AppSupervisor, method = "GET", path = "/"): FunctionError {
  const routes = routesOf(functions).map((route) => route.replace(" ", ` /${source.name}`));
  return new FunctionError(
    "not_found",
    `Cannot ${method} /${source.name}${path}: no function answers there. ${source.name} answers ${routes.join(", ") || "no requests"}.`,
  );
}

/** Resolves with the head of the answer. A process that stays silent too long is killed, unless the client is slow. */
function exchange(
  process: AppProcess,
  request: IncomingMessage,
  target: { path: string; headers: IncomingHttpHeaders; timeoutSeconds: number },
): Promise<IncomingMessage> {
  const { method = "GET" } = request;
  const { path, headers, timeoutSeconds } = target;
  // Without the query: it may carry a signature.
  const [shown = path] = path.split("?");
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ socketPath: process.socket, method, path, headers });
    const silent = (): void => {
      const isHung = request.complete || outgoing.writableNeedDrain;
      if (isHung) process.recycle(`gave no answer to ${method} ${shown} in ${timeoutSeconds} s`);
      else outgoing.destroy(new FunctionError("timeout", `Cannot wait longer for the body of ${shown}.`));
    };
    const timer = setTimeout(silent, timeoutSeconds * 1000 + graceMilliseconds);
    outgoing.on("response", (incoming) => {
      clearTimeout(timer);
      resolve(incoming);
    });
    outgoing.on("error", reject);
    outgoing.on("close", () => clearTimeout(timer));
    request.on("close", () => request.complete || outgoing.destroy());
    // The app may answer before it read the whole body; the rest is then read and dropped, so that the answer arrives.
    outgoing.on("error", () => request.unpipe(outgoing).resume());
    request.pipe(outgoing);
  });
}

function forwardedHeaders(
  headers: IncomingHttpHeaders,
  app: string,
  traceparent: string,
): IncomingHttpHeaders {
  const { host } = headers;
  return {
    ...withoutHopByHop(headers),
    ...(headers["transfer-encoding"] === undefined ? {} : { "transfer-encoding": "chunked" }),
    ...(host === undefined ? {} : { "x-forwarded-host": host }),
    "x-forwarded-proto": "http",
    "x-forwarded-prefix": `/${app}`,
    ...(isOperator(headers, [`http://${host}`]) ? { [callerField]: "operator" } : {}),
    traceparent,
  };
}

function withoutHopByHop(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !notForwarded.test(name)));
}

function refuse(response: ServerResponse, error: FunctionError, status = error.status): void {
  const { headers, body } = problem(error);
  // Whoever calls an app on a laptop wants to know why it does not answer.
  const told = JSON.stringify({ ...JSON.parse(body as string), status, detail: error.message });
  response.writeHead(status, headers as Record<string, string>).end(told);
}
