// kubectl as a process: what it answers; what it refuses is explained.
import { type ChildProcess, spawn } from "node:child_process";
import type { Place } from "../target.ts";
import { explain } from "./errors.ts";

export interface RunOptions {
  /** In words, for whoever reads the error: `apply the manifests`. */
  readonly to: string;
  readonly input?: string;
  /** Told each line of what it prints. */
  readonly report?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** Whether what it printed counts although it failed, by what it said. */
  readonly suffices?: (said: string) => boolean;
  /** Seconds after which it is killed. */
  readonly longest?: number;
}

export interface Kubectl {
  /** As somebody would type it. */
  readonly line: (args: readonly string[]) => string;
  /** What it prints on standard output. @throws {Error} with what would help, when it ends with anything but 0. */
  readonly run: (args: readonly string[], options: RunOptions) => Promise<string>;
  readonly start: (args: readonly string[]) => ChildProcess;
}

/** For calls of which none should take long: a cluster that hangs is one that cannot be reached. */
const longestSeconds = 120;

export function kubectlAt({ context }: Place): Kubectl {
  const cluster = context === undefined ? [] : [`--context=${context}`];
  const start = (args: readonly string[]): ChildProcess =>
    spawn(process.env["FAASADE_KUBECTL"] || "kubectl", [...cluster, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
    });
  return {
    line: (args) => commandLine("kubectl", [...cluster, ...args]),
    start,
    run: (args, options) => finish(start(args), options),
  };
}

/** Any other tool, such as skopeo or kind. */
export function runTool(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  return finish(spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] }), options);
}

/** For a POSIX shell. */
export function commandLine(command: string, args: readonly string[]): string {
  const quoted = (text: string): string =>
    /^[\w./:=,@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return [command, ...args.map(quoted)].join(" ");
}

function finish(child: ChildProcess, options: RunOptions): Promise<string> {
  const { to, input, report, signal, suffices, longest = longestSeconds } = options;
  let [answer, said] = ["", ""];
  const lines = lineReader(report);
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    answer += chunk;
    lines(chunk);
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
    lines(chunk);
  });
  // One that ended without reading says why on its own.
  child.stdin?.on("error", () => {}).end(input ?? "");
  const kill = (): void => void child.kill("SIGKILL");
  const limit = setTimeout(() => {
    said += "context deadline exceeded";
    kill();
  }, longest * 1000);
  signal?.addEventListener("abort", kill, { once: true });
  return new Promise<string>((resolve, reject) => {
    child.once("error", ({ message }) => reject(explain(to, message)));
    child.once("close", (code) => {
      if (code === 0 || (code !== null && suffices?.(said))) resolve(answer);
      else if (signal?.aborted) reject(signal.reason);
      else reject(explain(to, said));
    });
  }).finally(() => {
    clearTimeout(limit);
    signal?.removeEventListener("abort", kill);
  });
}

function lineReader(report: RunOptions["report"]): (chunk: string) => void {
  if (report === undefined) return () => {};
  let rest = "";
  return (chunk) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") report(line.trimEnd());
  };
}
