// kubectl as a process: what it answers; what it refuses is explained.
import { type ChildProcess, spawn } from "node:child_process";
import { commandLine, type ToolCall, tryTool } from "../shared/tool.ts";
import type { Place } from "../target.ts";
import { explain, knownErrors } from "./errors.ts";

export interface KubectlCall extends Pick<ToolCall, "to" | "input" | "report" | "signal"> {
  /** Whether what it printed counts although it failed, by what it said. */
  readonly suffices?: (said: string) => boolean;
  /** Seconds after which it is ended: a cluster that hangs is one that cannot be reached. */
  readonly longest?: number;
}

export interface Kubectl {
  /** As somebody would type it. */
  readonly line: (args: readonly string[]) => string;
  /** What it prints on standard output. @throws {Error} with what would help, when it ends with anything but 0. */
  readonly run: (args: readonly string[], call: KubectlCall) => Promise<string>;
  readonly start: (args: readonly string[]) => ChildProcess;
}

const longestSeconds = 120;

export function kubectlAt({ context }: Place): Kubectl {
  const cluster = context === undefined ? [] : [`--context=${context}`];
  const program = process.env["FAASADE_KUBECTL"] || "kubectl";
  return {
    line: (args) => commandLine("kubectl", [...cluster, ...args]),
    start: (args) => spawn(program, [...cluster, ...args], { stdio: ["pipe", "pipe", "pipe"] }),
    run: (args, call) => runTool(program, [...cluster, ...args], call),
  };
}

/** Any other tool, too, such as skopeo or kind. */
export async function runTool(
  tool: string,
  args: readonly string[],
  { suffices, longest = longestSeconds, signal, ...call }: KubectlCall,
): Promise<string> {
  const limit = AbortSignal.timeout(longest * 1000);
  const signals = signal === undefined ? [limit] : [limit, signal];
  try {
    const options = { ...call, reportsOutput: true, signal: AbortSignal.any(signals) };
    const { ok, stdout, stderr } = await tryTool(tool, args, options, knownErrors);
    if (ok || suffices?.(stderr)) return stdout;
    throw explain(call.to, stderr || stdout);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw limit.aborted ? explain(call.to, "context deadline exceeded") : error;
  }
}
