// Loads a function in fresh processes, and tells what that took.
import { fork } from "node:child_process";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { FunctionDescription } from "@faasade/core/adapter";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import type { Measured, MeasuringReply } from "./measure.ts";

export interface Loading {
  /** Fastest of three, wall clock. */
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
  /** Modules of Node itself that the function's modules name. */
  readonly builtins: readonly string[];
  /** Everything else, relative to the root, in the order it was asked for. */
  readonly modules: readonly string[];
}

const runs = 3;

export async function loadFunction(
  root: string,
  path: string,
): Promise<Loading & { readonly description: FunctionDescription }> {
  // One process lists, others measure: the list slows down what it looks at.
  const { urls, description } = await measure("list", path);
  const measured: Measured[] = [];
  for (let run = 0; run < runs; run += 1) measured.push(await measure("time", path));
  const fastest = (times: number[]): number => Math.round(10 * Math.min(...times)) / 10;
  return {
    description,
    milliseconds: fastest(measured.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: fastest(measured.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    builtins: urls.filter((url) => url.startsWith("node:")).sort(),
    modules: urls
      .filter((url) => url.startsWith("file:"))
      .map((url) => relative(root, fileURLToPath(url)).split(sep).join("/")),
  };
}

function measure(mode: "list" | "time", path: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string): void =>
      reject(new CommandFailure(exitCodes.failed, `Cannot inspect ${path}: it does not load. ${reason}`));
    const child = fork(fileURLToPath(new URL("./measure.ts", import.meta.url)), [mode, path], {
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      execArgv: [],
      // As where it is deployed, where nothing was compiled before.
      env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" },
    });
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
    });
    child.on("message", (reply: MeasuringReply) => {
      if ("problem" in reply) refuse(reply.problem);
      else resolve(reply);
      child.kill();
    });
    child.on("error", (error) => refuse(error.message));
    child.on("close", () => refuse(said.trim()));
  });
}
