// A runtime that is an HTTP server written for Node, started on a free port of 127.0.0.1.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Exit, type ProgramOptions, startProgram } from "./program.ts";

export interface NodeServer {
  readonly url: string;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

interface Listening {
  /** The port that it was told, or took itself. */
  readonly asked: number;
  readonly port: number;
}

const loopback = pathToFileURL(join(import.meta.dirname, "loopback.mjs")).href;

/**
 * The environment has to give it port 0 by the name that the runtime reads.
 * @throws {Error} with what it printed, when it ends before it listens, or listens elsewhere.
 */
export async function startNodeServer(args: readonly string[], options: ProgramOptions): Promise<NodeServer> {
  const program = startProgram(process.execPath, ["--import", loopback, ...args], { ...options, ipc: true });
  const listening = new Promise<Listening>((resolve) => program.child.once("message", resolve as () => void));
  const found = await Promise.race([listening, program.exited]);
  if (!("port" in found)) throw new Error(`Cannot start ${args[0]}: it ended.\n${program.output()}`);
  if (found.asked !== 0) {
    await program.stop("SIGKILL");
    throw new Error(`Cannot start ${args[0]}: it was told port 0 and took ${found.asked}.`);
  }
  return { url: `http://127.0.0.1:${found.port}`, logs: program.output, stop: program.stop };
}
