// Azure Functions at run time, by a custom handler: a process that the host asks over HTTP.
import type { Reply } from "@faasade/core";
import { type App, type HttpDelivery, LightRequest, problem, toFunctionError } from "@faasade/core/adapter";
import type { Artefact } from "../shared/artefact.ts";
import type { ProcessHostOptions } from "../shared/host.ts";
import { endWhenTold } from "../shared/process/until-told.ts";
import { type RunningServer, serveApp } from "../shared/server/index.ts";
import { deadlineOf, type FunctionApp, logError, openFunctionApp } from "./function-app.ts";
import { routePrefix } from "./names.ts";
import { principalOf } from "./principal.ts";
import { RefusedEvent } from "./refused-event.ts";

/** As long as the host waits before it ends the process. */
const drainSeconds = 25;

/**
 * Serves until SIGTERM, on the port of `FUNCTIONS_CUSTOMHANDLER_PORT`.
 * @throws {Error} without that port, or when it is taken.
 */
export async function serve(artefact: Artefact, options: ProcessHostOptions = {}): Promise<void> {
  const value = process.env["FUNCTIONS_CUSTOMHANDLER_PORT"] ?? "";
  if (!/^\d{1,5}$/.test(value))
    throw new Error(`Cannot listen: FUNCTIONS_CUSTOMHANDLER_PORT is "${value}". The host sets it to a port.`);
  const server = await startServer(artefact, { ...options, port: Number(value) });
  endWhenTold(() => server.drain(drainSeconds));
}

/** @param options.port 0 picks a free one. Nobody but the host of this machine can reach it. */
export function startServer(
  artefact: Artefact,
  options: ProcessHostOptions & { readonly port: number },
): Promise<RunningServer> {
  const functionApp = openFunctionApp(artefact, options);
  const { port } = options;
  return serveApp(facade(functionApp), { listen: { port, host: "127.0.0.1" }, trustForwarded: true });
}

/** The app as the host sees it: requests under the prefix, invocations beside it. */
function facade(functionApp: FunctionApp): App {
  const { app } = functionApp;
  return {
    ...app,
    http: (delivery) => {
      const [path = "", ...query] = delivery.target.split("?");
      if (path !== routePrefix && !path.startsWith(`${routePrefix}/`))
        return answerHost(functionApp, delivery, path);
      const target = [path.slice(routePrefix.length) || "/", ...query].join("?");
      const { get } = headersOf(delivery);
      return app.http({
        ...delivery,
        target,
        mount: `${delivery.mount ?? ""}${routePrefix}`,
        ...deadlineOf(functionApp, "http"),
        ...principalOf(functionApp, { get }),
      });
    },
  };
}

function headersOf(delivery: HttpDelivery): { readonly get: (name: string) => string | null } {
  const { headers } = new LightRequest({ ...delivery, body: undefined });
  return { get: (name) => headers.get(name) };
}

/** Before it sends anything the host asks for `/`; any answer will do. */
async function answerHost(functionApp: FunctionApp, delivery: HttpDelivery, path: string): Promise<Reply> {
  if (delivery.method !== "POST" || path === "/") return { status: 204, headers: {}, body: undefined };
  try {
    const request = new LightRequest(delivery);
    // Loaded with the first event: requests do without it.
    const { answerInvocation } = await import("./custom-invocation.ts");
    return await answerInvocation(functionApp, decodeURIComponent(path.slice(1)), request);
  } catch (thrown) {
    // Any status but a 2xx tells the host that the invocation failed.
    if (thrown instanceof RefusedEvent) return problem(thrown.error);
    const error = toFunctionError(thrown);
    logError(functionApp, `Cannot deliver what the host posts to ${path}: ${error.message}`);
    return problem(error);
  }
}
