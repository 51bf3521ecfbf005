// Servers that are measured from outside: started, asked, and read what CPU they used.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { request as ask } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** A program for Node that listens on `PORT`, and what it is asked. */
export interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly port: number;
  /** What it wrote to standard error. */
  errors(): string;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** The CPU of another process is read from /proc, which only Linux has; elsewhere wall time is all there is. */
export const seesCpu = process.platform === "linux";
export const unit = seesCpu ? "ms CPU" : "ms wall";
const patienceMilliseconds = 30_000;

export async function start({ args, folder, environment }: Program): Promise<Started> {
  const port = await freePort();
  const started = launch(args, folder, {
    PORT: String(port),
    FUNC_PORT: String(port),
    AWS_LAMBDA_HTTP_ENDPOINT: `0.0.0.0:${port}`,
    FUNCTIONS_CUSTOMHANDLER_PORT: String(port),
    ...environment,
  });
  return { port, ...started };
}

/** Nothing is inherited but what an operating system needs, so that the terminal's settings change nothing. */
export function launch(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Omit<Started, "port"> {
  const kept = ["PATH", "SystemRoot", "TEMP", "TMP", "HOME"].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const child = spawn(process.execPath, args, {
    cwd: folder,
    env: { ...Object.fromEntries(kept), NODE_ENV: "production", ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const kill = () => void child.kill("SIGKILL");
  process.once("exit", kill);
  return {
    child,
    errors: () => said,
    async stop() {
      process.off("exit", kill);
      if (hasEnded(child)) return;
      kill();
      await once(child, "exit");
    },
  };
}

/** A file that Node runs to its end: whatever loads it starts the server. */
export class NoServer extends Error {}

/** What it cost from its start to its first reply. @throws {NoServer | Error} when it ends before, or answers no 2xx. */
export async function costOfFirstReply(program: Program, question: Question): Promise<number> {
  const before = performance.now();
  const started = await start(program);
  try {
    const { status, body } = await untilAnswered(program.name, started, question);
    const cost = await cpuOf(started.child).catch(() => undefined);
    if (status < 200 || status > 299)
      throw new Error(`${program.name} answers ${status}: ${body.slice(0, 200)}`);
    return cost ?? performance.now() - before;
  } finally {
    await started.stop();
  }
}

export async function untilAnswered(name: string, started: Started, question: Question): Promise<Answer> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    try {
      return await answerTo(started.port, question);
    } catch (error) {
      if (started.child.exitCode === 0) throw new NoServer(`${name} is no server of its own.`);
      if (hasEnded(started.child))
        throw new Error(`${name} ended before it answered. ${reasonOf(started.errors())}`);
      if (Date.now() > deadline) throw error;
      await pause(2);
    }
  }
}

/** Milliseconds on a processor so far, of all threads. Undefined where that cannot be seen. */
export async function cpuOf({ pid }: ChildProcess): Promise<number | undefined> {
  if (!seesCpu) return undefined;
  const threads = await readdir(`/proc/${pid}/task`);
  const times = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/schedstat`, "utf8").catch(() => "0")),
  );
  return times.reduce((sum, text) => sum + Number.parseInt(text, 10), 0) / 1e6;
}

function answerTo(port: number, { method = "GET", path, headers, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = ask({ host: "127.0.0.1", port, method, path, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response
        .once("end", () => resolve({ status: response.statusCode ?? 0, body: text }))
        .once("error", reject);
    });
    asking.once("error", reject).end(body);
  });
}

/** Node prints the place of an error first, which in a bundle is all of it. */
function reasonOf(errors: string): string {
  return /^\w*Error: .*/m.exec(errors)?.[0] ?? errors.trim();
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
