// Azure Functions on this machine: a host of ours, and the app as it would be published.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Here, HereOptions } from "../../shared/here.ts";
import { readAppFiles } from "./app-files.ts";
import { adminPath, answer } from "./front.ts";
import type { FunctionsHost } from "./host.ts";
import { type Running, startApp } from "./running.ts";

/** @throws {Error} with what the app said, when it does not start. */
export async function startHere(options: HereOptions): Promise<Here> {
  const app = await readAppFiles(options.built);
  const server = createServer();
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  const start = () => startApp(app, options, { host, protocol: "http" });
  const first = await start().catch((error: unknown) => {
    close();
    throw error;
  });
  const kept = keepRunning(first, start, options.timeoutSeconds);
  server.on("request", (request, response) => {
    answer(kept, app.routePrefix, request, response).catch((error: Error) => {
      if (!response.headersSent) response.writeHead(502, { "content-type": "application/json" });
      response.end(JSON.stringify({ message: error.message }));
    });
  });
  return {
    url: app.routePrefix === "" ? `http://${host}` : `http://${host}/${app.routePrefix}`,
    eventsUrl: `http://${host}${adminPath}`,
    by:
      app.handler === undefined
        ? "a double of Azure's host, with @azure/functions itself"
        : "a double of Azure's host, as a custom handler",
    async stop() {
      close();
      await kept.stop();
    },
  };
}

/** A process that ended, or took too long, is started anew with what comes next. */
function keepRunning(
  first: Running,
  start: () => Promise<Running>,
  timeoutSeconds: number,
): FunctionsHost & { stop(): Promise<void> } {
  let current = Promise.resolve(first);
  let isUp = first.child.isRunning;
  const running = (): Promise<Running> => {
    if (isUp()) return current;
    isUp = () => true;
    current = start().then((anew) => {
      isUp = anew.child.isRunning;
      return anew;
    });
    return current;
  };
  const limited = async <T>(work: (host: FunctionsHost) => Promise<T>): Promise<T> => {
    const { host, child } = await running();
    const overdue = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      overdue.reject(new Error(`The app was ended: it took longer than ${timeoutSeconds} s.`));
      void child.stop();
    }, timeoutSeconds * 1000);
    const done = work(host).catch(async (error: NodeJS.ErrnoException) => {
      // What cut the connection is about to end, if it has not yet.
      if (error.code?.startsWith("ECONN") === true) await child.stop();
      throw error;
    });
    return Promise.race([done, child.ended, overdue.promise]).finally(() => clearTimeout(timer));
  };
  return {
    ...first.host,
    handOver: (name, handed) => limited((host) => host.handOver(name, handed)),
    invoke: (name, native) => limited((host) => host.invoke(name, native)),
    request: (request) => limited((host) => host.request(request)),
    stop: async () => (await current).child.stop(),
  };
}
