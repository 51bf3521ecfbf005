// One operating system process of an app: started, ready or failed, asked within its deadlines, killed.
import { type ChildProcess, fork } from "node:child_process";
import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { FunctionError } from "@faasade/core";
import type { LogLevel, LogRecord } from "@faasade/core/adapter";
import { postToSocket, type SocketReply, type SocketRequest } from "../http-client.ts";
import { isAlive } from "./alive.ts";
import { askCheck } from "./check-message.ts";
import { endingOf, exitOf } from "./ending.ts";
import { readLines } from "./lines.ts";
import type {
  AppFunction,
  AppMessage,
  HostMessage,
  InvocationResult,
  ResourceDescription,
  StartMessage,
} from "./protocol.ts";

export interface AppProcessOptions {
  readonly start: StartMessage;
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly onLog: (record: LogRecord) => void;
  readonly onInvoked: (functionName: string, result: InvocationResult) => void;
  /** What the process wrote, line by line: `error` for what came by its standard error. */
  readonly onOutput: (line: string, level: LogLevel) => void;
}

export interface ReadyApp {
  readonly functions: readonly AppFunction[];
  readonly resources: readonly ResourceDescription[];
}

const entry = fileURLToPath(new URL("./child.ts", import.meta.url));
/** A source loads in seconds; one that waits for what never comes must not be waited for. */
const loadSeconds = 60;
/** How long past its own deadline a process may stay silent before it is asked, and then before it is killed. */
const graceMilliseconds = 2000;
/** Timers may ring a little early. */
const timerMilliseconds = 10;
/** How long a process with an overdue invocation still has to send its answer. */
const answerMilliseconds = 250;
/** A process closes its connections before the system says that it ended. */
const endMilliseconds = 1000;

export class AppProcess {
  readonly socket: string;
  /** Settles when the app answers; rejects with the reason when its source does not load or the process ends first. */
  readonly ready: Promise<ReadyApp>;
  readonly exited: Promise<void>;
  readonly #app: string;
  readonly #child: ChildProcess;
  readonly #onOutput: AppProcessOptions["onOutput"];
  #isLoading = true;
  /** How the host ended it; undefined as long as it has not. */
  #ending: string | undefined;

  constructor(options: AppProcessOptions) {
    const { start, folder, environment, onOutput } = options;
    this.#app = start.app;
    this.#onOutput = onOutput;
    this.socket = start.socket;
    this.#child = fork(entry, [], {
      cwd: folder,
      env: environment,
      serialization: "advanced",
      execArgv: ["--disable-warning=ExperimentalWarning"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.exited = exitOf(this.#child);
    void this.exited.then(() => rm(this.socket, { force: true }).catch(() => {}));
    const late = setTimeout(() => this.kill(), loadSeconds * 1000);
    const loaded = (): void => {
      this.#isLoading = false;
      clearTimeout(late);
    };
    const onOverdue = (name: string): unknown =>
      setTimeout(() => this.recycle(`ran ${name} past its deadline`), answerMilliseconds);
    this.ready = readyOf(this.#child, options, onOverdue);
    this.ready.then(loaded, loaded);
    void this.exited.then(() => this.#isLoading || this.#tellEnd());
    readLines(this.#child.stdout, (line) => onOutput(line, "info"));
    readLines(this.#child.stderr, (line) => onOutput(line, "error"));
    this.#send(start);
  }

  /** The app's source is being loaded; nothing was delivered yet. */
  get isLoading(): boolean {
    return this.#isLoading;
  }

  get isRunning(): boolean {
    // It was killed before the system says that it ended.
    return !this.#child.killed && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /**
   * Sends a request to the process and waits for its answer. One that is silent past `timeoutSeconds` is killed, unless
   * it still does other things: its event may wait there, and the function's own deadline begins when the function does.
   * @throws {Error} when the process ends or is killed before it answered.
   */
  async deliver(request: SocketRequest, timeoutSeconds: number): Promise<SocketReply> {
    const patience = new AbortController();
    void this.#endSilence(timeoutSeconds, patience.signal);
    try {
      return await postToSocket(this.socket, request);
    } catch (error) {
      throw await this.lost(error as Error);
    } finally {
      patience.abort();
    }
  }

  /** Why an exchange broke off: how the process ended, where that is why. */
  async lost(error: NodeJS.ErrnoException): Promise<Error> {
    if (error instanceof FunctionError) return error;
    await Promise.race([this.exited, delay(endMilliseconds, undefined, { ref: false })]);
    const ending = this.#ending ?? endingOf(this.#child);
    if (ending === undefined) return error;
    return Object.assign(new Error(`its process ${ending}`, { cause: error }), { code: error.code });
  }

  /** @returns what the schema of a resource objects to in a message. @throws {FunctionError} `unavailable` */
  check(resource: string, message: unknown): Promise<string | undefined> {
    return askCheck(this.#child, this.#app, resource, message);
  }

  /** Kills a process that hangs, or whose invocation timed out and may still be at work; another is started then. */
  recycle(reason: string): void {
    if (!this.isRunning) return;
    this.#onOutput(`${this.#app} ${reason}: its process is killed and started again.`, "warn");
    this.kill(`${reason} and was ended`);
  }

  /**
   * A request that used up its time is answered "timeout", but its handler may still be at work. A "timeout" that comes
   * before is the handler's own word, and its process goes on. Of what is no request, the process itself tells.
   */
  endOverdue(what: string, startedAt: number, timeoutSeconds: number): void {
    if (performance.now() - startedAt < timeoutSeconds * 1000 - timerMilliseconds) return;
    this.recycle(`ran ${what} past its deadline`);
  }

  moveClock(aheadMilliseconds: number): void {
    this.#send({ type: "clock", aheadMilliseconds });
  }

  /** Lets what is in flight finish, for at most `seconds`, then kills. */
  async stop(seconds: number): Promise<void> {
    if (this.#isLoading) this.kill();
    this.#ending ??= "was asked to end and did not finish in time";
    this.#send({ type: "drain" });
    const timer = setTimeout(() => this.kill(), seconds * 1000);
    await this.exited;
    clearTimeout(timer);
  }

  /** @param ending how that is told to those who wait for it. */
  kill(ending = "was killed"): void {
    this.#ending ??= ending;
    this.#child.kill("SIGKILL");
  }

  async #endSilence(timeoutSeconds: number, signal: AbortSignal): Promise<void> {
    const pause = (milliseconds: number) => delay(milliseconds, undefined, { signal });
    try {
      await pause(timeoutSeconds * 1000 + graceMilliseconds);
      const until = performance.now() + loadSeconds * 1000;
      while (performance.now() < until && (await isAlive(this.#child))) await pause(graceMilliseconds);
      if (!signal.aborted) this.recycle(`gave no answer in ${timeoutSeconds} s`);
    } catch {
      // It answered.
    }
  }

  #tellEnd(): void {
    if (this.#ending !== undefined) return;
    this.#onOutput(`${this.#app}'s process ${endingOf(this.#child)} and is started again.`, "warn");
  }

  #send(message: HostMessage): void {
    // A process that just ended cannot be told anything; its end is what matters then.
    if (this.#child.connected) this.#child.send(message, () => {});
  }
}

function readyOf(
  child: ChildProcess,
  { onInvoked, onLog, onOutput }: AppProcessOptions,
  onOverdue: (functionName: string) => void,
): Promise<ReadyApp> {
  return new Promise((resolve, reject) => {
    const hear = (message: AppMessage): void => {
      if (message.type === "ready") resolve({ functions: message.functions, resources: message.resources });
      else if (message.type === "failed") {
        onOutput(message.detail, "error");
        reject(new Error(message.problem));
      } else if (message.type === "invoked") {
        onInvoked(message.function, message.result);
        if (message.overdue) onOverdue(message.function);
      } else if (message.type === "log") onLog(message.record);
    };
    child.on("message", (message: AppMessage) => {
      try {
        hear(message);
      } catch (error) {
        // The app's own code and what it imports can write to this channel too.
        onOutput(`Cannot understand what the process told the host: ${(error as Error).message}`, "error");
      }
    });
    child.on("error", reject);
    child.once("exit", (code, signal) =>
      reject(
        new Error(
          signal === "SIGKILL"
            ? `its process was ended: it was not ready within ${loadSeconds} s. Let no file do work when it is imported`
            : `its process ended (${signal ?? `exit code ${code}`}) before it was ready`,
        ),
      ),
    );
  });
}
