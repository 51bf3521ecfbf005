// One `node:http` server for every platform that speaks HTTP to a container or process, the local world included.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { FunctionError, type Reply } from "@faasade/core";
import { type App, type HttpDelivery, problem } from "@faasade/core/adapter";
import { type DeliveryOptions, toDelivery } from "./delivery.ts";
import { drain } from "./drain.ts";
import type { EventOptions } from "./events.ts";
import { type Listen, listen } from "./listen.ts";
import { writeReply } from "./write-reply.ts";

export interface ServeOptions extends DeliveryOptions, EventOptions {
  readonly listen: Listen;
  /** Answer the app's own routes. Default: true. */
  readonly http?: boolean;
  /** Accept CloudEvents by POST under `/.faasade/events/<function>`. Only where nobody but the platform can reach it. */
  readonly events?: boolean;
  /** Told of every reply that could not be sent as the function meant it. Default: standard error. */
  readonly report?: (message: string) => void;
}

export interface RunningServer {
  /** The port it listens on; 0 for a socket path. */
  readonly port: number;
  /** Stops accepting, lets requests in flight finish for at most `seconds`, then closes what is left and the app. */
  drain(seconds: number): Promise<void>;
}

/** Answered as long as requests are taken; what starts and stops the process asks there. */
const healthPath = "/.faasade/health";
const healthy: Reply = {
  status: 200,
  headers: { "content-type": "application/json" },
  body: '{"status":"ok"}',
};

/** Longer than the proxies in front keep an idle connection (Go's transport: 90 s), so that it is they who close it. */
const keepAliveTimeout = 100_000;

/**
 * Starts serving an app. `node:http` comes by `getBuiltinModule`: a plain ESM import of it costs 33 ms of CPU.
 * @throws {Error} what `listen` of node:net says when the port is taken or may not be used.
 */
export async function serveApp(app: App, options: ServeOptions): Promise<RunningServer> {
  const { createServer } = process.getBuiltinModule("node:http");
  const events = options.events === true ? await import("./events.ts") : undefined;
  const { report = console.error } = options;
  const server = createServer({ keepAliveTimeout });
  const connections = new Set<Socket>();

  const answer = (delivery: HttpDelivery): Reply | Promise<Reply> => {
    const functionName = events?.eventFunction(delivery);
    if (events !== undefined && functionName !== undefined)
      return events.answerEvents(app, functionName, delivery, options);
    if (delivery.target === healthPath) return healthy;
    if (options.http !== false) return app.http(delivery);
    return problem(new FunctionError("not_found", "Cannot answer: only events are taken here."));
  };
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const reply = await answer(toDelivery(request, response, options));
      const writing = writeReply(reply, request, response, server.listening);
      // To wait for what is done would cost every small reply a turn.
      if (writing !== undefined) await writing;
    } catch (thrown) {
      // Without a peer there is nobody to tell; after the head, a cut connection is all that can still be said.
      if (request.socket.destroyed) return;
      const reason = thrown instanceof Error ? thrown.message : String(thrown);
      const path = request.url?.split("?", 1)[0];
      const error = new FunctionError("internal", `Cannot answer ${request.method} ${path}: ${reason}`);
      report(error.message);
      if (response.headersSent) response.destroy();
      else await writeReply(problem(error), request, response, server.listening);
    }
  };

  server.on("request", respond).on("checkContinue", respond);
  server.on("connection", (socket) => {
    connections.add(socket);
    socket.once("close", () => connections.delete(socket));
  });
  await listen(server, options.listen);
  const address = server.address() as AddressInfo | string | null;
  let draining: Promise<void> | undefined;
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    drain(seconds) {
      draining ??= drain(server, connections, seconds).then(() => app.close());
      return draining;
    },
  };
}
