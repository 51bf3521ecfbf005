// Serves the page, and the control interface behind its guard.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FunctionError } from "@faasade/core";
import { problem, toFunctionError } from "@faasade/core/adapter";
import { listen } from "../listen.ts";
import { checkCaller } from "./guard.ts";
import type { ControlRoute } from "./routes.ts";

export interface ControlServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** The files of the page and the headers they want; whoever starts the world brings them. */
export interface Page {
  readonly headers: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<
    string,
    { readonly body: Uint8Array; readonly contentType: string; readonly cacheControl: string }
  >;
}

export interface ControlOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly token: string;
  /** Asked when the page is first opened. */
  readonly page: () => Promise<Page>;
}

/** How long a client may go on sending what was refused. */
const lingerMilliseconds = 5000;

/** @throws {Error} when the port is taken. */
export async function openControl(
  routes: readonly ControlRoute[],
  options: ControlOptions,
): Promise<ControlServer> {
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    answer(routes, { ...options, port }, request, response).catch((thrown: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(request, response, toFunctionError(thrown));
    });
  });
  const port = await listen(server, options.port);
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  routes: readonly ControlRoute[],
  { port, token, page }: ControlOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(`http://127.0.0.1:${port}${request.url ?? "/"}`);
  if (url === null) throw new FunctionError("invalid", `Cannot read the request's target: ${request.url}.`);
  if (!url.pathname.startsWith("/control/")) return servePage(await page(), url.pathname, request, response);
  checkCaller(request, port, token);
  const path = url.pathname.slice("/control/".length).split("/").map(decodePart);
  const found = routes.filter((route) => route.path.every((part, index) => part === path[index]));
  const route = found.find(({ method }) => method === request.method);
  if (route === undefined) {
    throw new FunctionError(
      found.length === 0 ? "not_found" : "method_not_allowed",
      `Cannot ${request.method} ${url.pathname}.`,
    );
  }
  const value = await route.handle({
    path: path.slice(route.path.length),
    query: url.searchParams,
    request,
    response,
  });
  if (value === undefined) return;
  response
    .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(value));
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new FunctionError("invalid", `Cannot read ${part} in the path: its percent-encoding is malformed.`);
  }
}

function servePage(
  { headers, files }: Page,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const file = files.get(path);
  if (file === undefined || (request.method !== "GET" && request.method !== "HEAD")) {
    throw new FunctionError("not_found", `Cannot ${request.method} ${path}: there is no such page.`);
  }
  const { body, contentType, cacheControl } = file;
  response.writeHead(200, {
    ...headers,
    "content-type": contentType,
    "cache-control": cacheControl,
    "content-length": body.length,
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

/** Ends the answer when the body has come to its end: a connection that is cut before may take the answer along. */
function refuse(request: IncomingMessage, response: ServerResponse, error: FunctionError): void {
  const { status, headers, body } = problem(error);
  // Only the operator reads this, so the reason of a failure is said.
  const said = Buffer.from(JSON.stringify({ ...JSON.parse(body as string), detail: error.message }));
  response.writeHead(status, { ...(headers as Record<string, string>), "content-length": said.length });
  response.write(said);
  if (request.complete) return void response.end();
  const timer = setTimeout(() => request.destroy(), lingerMilliseconds);
  request.resume().once("close", () => {
    clearTimeout(timer);
    response.end();
  });
}
