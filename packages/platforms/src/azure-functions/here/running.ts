// An app that runs on this machine, under the host of ours: by the Node worker, or as a custom handler.
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { HereOptions } from "../../shared/here.ts";
import { freePort } from "../../shared/here-process.ts";
import type { AppFiles } from "./app-files.ts";
import { type Child, startChild } from "./child.ts";
import { customHost } from "./custom-host.ts";
import type { FunctionsHost } from "./host.ts";
import { exchange, type Front } from "./wire.ts";
import { hostOver } from "./worker-host.ts";

export interface Running {
  readonly host: FunctionsHost;
  readonly child: Child;
}

const patienceMilliseconds = 30_000;

/** @throws {Error} with what the process said, when it does not start. */
export async function startApp(app: AppFiles, options: HereOptions, front: Front): Promise<Running> {
  const start = app.handler === undefined ? startWorker : startHandler;
  const overdue = new AbortController();
  const { running, child } = await start(app, options, front);
  const tooLong = delay(patienceMilliseconds, undefined, { signal: overdue.signal }).then(() => {
    throw new Error("it does not answer");
  });
  try {
    return { child, host: await Promise.race([running, child.ended, tooLong]) };
  } catch (error) {
    await child.stop();
    throw new Error(`Cannot start the app in ${app.folder}: ${(error as Error).message}`);
  } finally {
    overdue.abort();
    tooLong.catch(() => {});
  }
}

interface Starting {
  readonly child: Child;
  readonly running: Promise<FunctionsHost>;
}

const workerProcess = fileURLToPath(new URL("./worker-process.ts", import.meta.url));

async function startWorker(app: AppFiles, options: HereOptions, front: Front): Promise<Starting> {
  const command = ["node", workerProcess, app.main ?? "", front.host];
  const child = startChild(command, app, options, { hasChannel: true, serialization: "advanced" });
  return { child, running: hostOver(child.process) };
}

async function startHandler(app: AppFiles, options: HereOptions, front: Front): Promise<Starting> {
  const { command = [], functions = [] } = app.handler ?? {};
  const port = await freePort();
  const child = startChild(command, app, options, { env: { FUNCTIONS_CUSTOMHANDLER_PORT: String(port) } });
  const running = async (): Promise<FunctionsHost> => {
    // Any answer will do.
    const isThere = () =>
      exchange(port, { method: "GET", target: "/", headers: [["host", front.host]] }).catch(() => undefined);
    while (child.isRunning() && (await isThere()) === undefined) await delay(50);
    return customHost(port, functions, front);
  };
  return { child, running: running() };
}
