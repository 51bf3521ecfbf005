// A process that a host starts, and what is known of it when it ends.
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import type { HereOptions } from "../../shared/here.ts";
import type { AppFiles } from "./app-files.ts";

export interface Child {
  readonly process: ChildProcess;
  /** Rejects when it ended, with why. */
  readonly ended: Promise<never>;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** With the settings of the app, and of the operator, in its environment. */
export function startChild(
  [command = "", ...words]: readonly string[],
  { folder, settings }: AppFiles,
  { environment, onOutput }: HereOptions,
  more: Pick<SpawnOptions, "env" | "serialization"> & { readonly hasChannel?: true },
): Child {
  const child = spawn(command === "node" ? process.execPath : command, words, {
    cwd: folder,
    env: {
      PATH: process.env["PATH"],
      // App Service's authentication, by the front, for routes that ask for it.
      WEBSITE_AUTH_ENABLED: "True",
      ...settings,
      ...more.env,
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe", ...(more.hasChannel === true ? (["ipc"] as const) : [])],
    ...(more.serialization === undefined ? {} : { serialization: more.serialization }),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4000);
      onOutput(text);
    });
  const gone = once(child, "close");
  const ended = gone.then(([code, signal]): never => {
    throw new Error(`The app's process ended (${code ?? signal}): ${said.trim() || "it said nothing"}`);
  });
  ended.catch(() => {});
  return {
    process: child,
    ended,
    isRunning: () => child.exitCode === null && child.signalCode === null && !child.killed,
    async stop() {
      child.kill("SIGKILL");
      await gone.catch(() => {});
    },
  };
}
