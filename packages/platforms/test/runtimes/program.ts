// A program that a test starts: what it prints, how it ends, and that it always does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Program {
  readonly child: ChildProcess;
  readonly exited: Promise<Exit>;
  /** What it printed so far, on both streams. */
  output(): string;
  /** The first match in what it prints; rejects when it ends before, or when a minute has passed. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Signals it, and after `graceMilliseconds` kills it, with everything it started. */
  stop(signal?: NodeJS.Signals, graceMilliseconds?: number): Promise<Exit>;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** The whole environment, but for what an operating system needs to start a program. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly longestSeconds?: number;
  /** Whether `process.send` works in it. */
  readonly ipc?: boolean;
}

const patienceMilliseconds = 60_000;
const isWindows = process.platform === "win32";

export function startProgram(command: string, args: readonly string[], options: ProgramOptions): Program {
  const { cwd, environment = {}, longestSeconds = 300, ipc = false } = options;
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited(), ...environment },
    stdio: ["ignore", "pipe", "pipe", ...(ipc ? (["ipc"] as const) : [])],
    detached: !isWindows, // the group is what can be killed whole
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", add);
  const killGroup = () => kill(child);
  const terminate = () => {
    killGroup();
    process.exit(1);
  };
  const limit = setTimeout(killGroup, longestSeconds * 1000);
  process.once("exit", killGroup).once("SIGTERM", terminate);
  const exited = new Promise<Exit>((resolve) => {
    child.once("error", ({ message }) => {
      add(message);
      resolve({ code: null, signal: null });
    });
    child.once("exit", killGroup); // what it started, and left behind
    child.once("close", (code, signal) => resolve({ code, signal }));
  }).finally(() => {
    clearTimeout(limit);
    process.off("exit", killGroup).off("SIGTERM", terminate);
  });
  return { child, exited, output: () => text, printed, stop };

  function add(chunk: string): void {
    text += chunk;
  }

  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    let ended = false;
    void exited.then(() => {
      ended = true;
    });
    const match = await until(() => pattern.exec(text) ?? (ended ? "ended" : undefined));
    if (match === "ended") throw new Error(`${command} ended before it printed ${pattern}:\n${text}`);
    return match as RegExpExecArray;
  }

  async function stop(signal: NodeJS.Signals = "SIGTERM", graceMilliseconds = 5_000): Promise<Exit> {
    child.kill(signal);
    const timer = setTimeout(killGroup, graceMilliseconds);
    return exited.finally(() => clearTimeout(timer));
  }
}

/** The condition's first value that is not undefined; rejects after a minute. */
export async function until<Value>(
  condition: () => Value | undefined | Promise<Value | undefined>,
): Promise<Value> {
  const deadline = Date.now() + patienceMilliseconds;
  for (;;) {
    const value = await condition();
    if (value !== undefined) return value;
    if (Date.now() > deadline) throw new Error(`Cannot wait any longer for ${condition}.`);
    await pause(20);
  }
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

function kill({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(isWindows ? pid : -pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function inherited(): Record<string, string> {
  const names = ["PATH", "SystemRoot", "TEMP", "TMP", "TMPDIR"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
