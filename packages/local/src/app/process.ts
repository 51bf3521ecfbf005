// One operating system process of an app: started, ready or failed, killed.
import { type ChildProcess, fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { FunctionDescription, LogRecord } from "@faasade/core/adapter";
import type { AppMessage, HostMessage, ResourceDescription, StartMessage } from "./protocol.ts";

export interface AppProcessOptions {
  readonly start: StartMessage;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onLog: (record: LogRecord) => void;
  readonly onInvoked: (functionName: string, ok: boolean) => void;
  /** What the process wrote to its own output, line by line. */
  readonly onOutput: (line: string) => void;
}

export interface ReadyApp {
  readonly functions: readonly FunctionDescription[];
  readonly resources: readonly ResourceDescription[];
}

const entry = fileURLToPath(new URL("./child.ts", import.meta.url));

export class AppProcess {
  readonly socket: string;
  /** Settles when the app answers; rejects with the reason when its source does not load or the process ends first. */
  readonly ready: Promise<ReadyApp>;
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;

  constructor({ start, folder, environment, onLog, onInvoked, onOutput }: AppProcessOptions) {
    this.socket = start.socket;
    this.#child = fork(entry, [], {
      cwd: folder,
      env: environment,
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.exited = new Promise((resolve) => this.#child.once("close", () => resolve()));
    this.ready = new Promise((resolve, reject) => {
      this.#child.on("message", (message: AppMessage) => {
        if (message.type === "ready") resolve({ functions: message.functions, resources: message.resources });
        else if (message.type === "failed") reject(new Error(message.problem));
        else if (message.type === "invoked") onInvoked(message.function, message.ok);
        else onLog(message.record);
      });
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) =>
        reject(new Error(`The process ended (${signal ?? `exit code ${code}`}) before it was ready.`)),
      );
    });
    this.ready.catch(() => {});
    for (const stream of [this.#child.stdout, this.#child.stderr]) readLines(stream, onOutput);
    this.#send(start);
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  moveClock(aheadMilliseconds: number): void {
    this.#send({ type: "clock", aheadMilliseconds });
  }

  /** Lets what is in flight finish, for at most `seconds`, then kills. */
  async stop(seconds: number): Promise<void> {
    this.#send({ type: "drain" });
    const timer = setTimeout(() => this.kill(), seconds * 1000);
    await this.exited;
    clearTimeout(timer);
    await rm(this.socket, { force: true }).catch(() => {});
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #send(message: HostMessage): void {
    // A process that just ended cannot be told anything; its end is what matters then.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

function readLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = (rest + text).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(-65_536);
    lines.forEach(onLine);
  });
  stream?.on("end", () => rest !== "" && onLine(rest));
}
