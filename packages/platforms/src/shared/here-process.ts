// A built artefact that is a server: started as a container starts it, without the container.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { Here, HereOptions } from "./here.ts";

const patienceMilliseconds = 30_000;

interface ProcessHere {
  readonly file: string;
  /** How the process is told where to listen. */
  readonly listen: (port: number) => Readonly<Record<string, string>>;
}

const container: ProcessHere = { file: "index.mjs", listen: (port) => ({ PORT: String(port) }) };

/** Answers the app's routes and takes events. @throws {Error} with what it said, when it does not start. */
export async function startProcessHere(options: HereOptions, { file, listen } = container): Promise<Here> {
  const port = options.port === 0 ? await freePort() : options.port;
  const child = spawn(process.execPath, [file], {
    cwd: options.folder,
    env: {
      PATH: process.env["PATH"],
      ...listen(port),
      FAASADE_SERVE: "http,events",
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
      options.onOutput(text);
    });
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + patienceMilliseconds;
  while (!(await isReady(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(
        `Cannot start the artefact in ${options.folder}: ${said.trim() || "it does not answer"}`,
      );
    }
    await delay(50);
  }
  return {
    url,
    eventsUrl: `${url}/.faasade/events/`,
    by: "a process, as its container would start it",
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  const reply = await fetch(`${url}/.faasade/health`).catch(() => undefined);
  return reply?.ok === true;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
