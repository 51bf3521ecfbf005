// Keeps an app answering: starts its process, replaces it when the source changes, kills it when it hangs.
import type { FunctionDescription, LogRecord } from "@faasade/core/adapter";
import { postToSocket, type SocketReply, type SocketRequest } from "../http-client.ts";
import type { AppSource } from "./discover.ts";
import { AppProcess, type ReadyApp } from "./process.ts";
import type { ResourceDescription, StartMessage } from "./protocol.ts";

export interface SupervisorOptions {
  readonly source: AppSource;
  /** What a new process is told; `generation` makes its socket's name unique. */
  readonly startMessage: (generation: number) => StartMessage;
  readonly environment: () => NodeJS.ProcessEnv;
  /** Runs with what the app declares before it gets its first delivery, so that secrets and stores are there. */
  readonly onReady: (app: ReadyApp) => Promise<void>;
  readonly onState: () => void;
  readonly onLog: (record: LogRecord) => void;
  readonly onInvoked: (functionName: string, ok: boolean) => void;
  readonly onOutput: (line: string) => void;
}

/** How long past its own deadline a process may stay silent before it is killed. */
const graceMilliseconds = 2000;
const longestBackOffMilliseconds = 5000;

export class AppSupervisor {
  source: AppSource;
  state: "starting" | "ready" | "restarting" | "failed" = "starting";
  problem: string | undefined;
  functions: readonly FunctionDescription[] = [];
  resources: readonly ResourceDescription[] = [];
  readonly #options: SupervisorOptions;
  #current: AppProcess | undefined;
  #generation = 0;
  #crashes = 0;
  #stopping = false;
  #waiters: (() => void)[] = [];
  readonly #onStop: (() => void)[] = [];
  #replacing: Promise<void> | undefined;
  #replaceAgain = false;

  constructor(options: SupervisorOptions) {
    this.source = options.source;
    this.#options = options;
  }

  /** Starts a process and swaps it in once it answers; at most one more follows when asked again meanwhile. */
  replace(): Promise<void> {
    if (this.#replacing !== undefined) {
      this.#replaceAgain = true;
      return this.#replacing;
    }
    this.#replacing = this.#replaceOnce().finally(() => {
      this.#replacing = undefined;
      if (!this.#replaceAgain || this.#stopping) return;
      this.#replaceAgain = false;
      void this.replace();
    });
    return this.#replacing;
  }

  /**
   * Delivers a request to the app and waits for its answer; a process that stays silent past `timeoutSeconds` is killed.
   * @throws {Error} when the process ends or is killed before it answered.
   */
  async deliver(request: SocketRequest, timeoutSeconds: number): Promise<SocketReply> {
    const current = await this.running();
    const timer = setTimeout(
      () => this.recycle(current, `gave no answer in ${timeoutSeconds} s`),
      timeoutSeconds * 1000 + graceMilliseconds,
    );
    try {
      return await postToSocket(current.socket, request);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The process that answers now; waits while one is starting. @throws {Error} when the app cannot start. */
  async running(): Promise<AppProcess> {
    for (;;) {
      if (this.#stopping) throw new Error(`${this.source.name} is stopping.`);
      const current = this.#current;
      if (current?.isRunning) return current;
      if (this.state === "failed")
        throw new Error(`${this.source.name} does not start: ${this.problem ?? ""}`);
      await this.#nextState();
    }
  }

  /** Waits until a process answers, however long the app is broken. Returns early when the signal aborts. */
  async available(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake();
    signal.addEventListener("abort", wake);
    while (!signal.aborted && !this.#stopping && !this.#current?.isRunning) await this.#nextState();
    signal.removeEventListener("abort", wake);
  }

  /** Kills the process that hangs, or whose invocation timed out and may still be at work, and starts another. */
  recycle(hung: AppProcess, reason: string): void {
    if (!hung.isRunning) return;
    this.#options.onOutput(`${this.source.name} ${reason}: its process is killed and started again.`);
    hung.kill();
  }

  /** Kills the process without a word, as a crash would. */
  crash(): void {
    this.#current?.kill();
  }

  moveClock(aheadMilliseconds: number): void {
    this.#current?.moveClock(aheadMilliseconds);
  }

  onStop(listener: () => void): void {
    this.#onStop.push(listener);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const listener of this.#onStop) listener();
    this.#wake();
    await this.#replacing?.catch(() => {});
    await this.#current?.stop(5);
  }

  async #replaceOnce(): Promise<void> {
    const previous = this.#current;
    this.#setState(previous === undefined ? "starting" : "restarting");
    const { source, startMessage, environment, onLog, onInvoked, onOutput, onReady } = this.#options;
    const next = new AppProcess({
      start: startMessage(++this.#generation),
      folder: source.folder,
      environment: environment(),
      onLog,
      onInvoked,
      onOutput,
    });
    try {
      const ready = await next.ready;
      await onReady(ready);
      this.functions = ready.functions;
      this.resources = ready.resources;
      this.#current = next;
      this.#setState("ready");
      const readyAt = performance.now();
      void next.exited.then(() => this.#onExit(next, performance.now() - readyAt));
      if (previous?.isRunning) void previous.stop(5);
    } catch (error) {
      next.kill();
      this.#setState("failed", (error as Error).message);
    }
  }

  /** A process that ended by itself is started again, slower each time it keeps ending. */
  #onExit(ended: AppProcess, livedMilliseconds: number): void {
    if (this.#stopping || this.#current !== ended) return;
    this.#setState("restarting");
    if (livedMilliseconds > longestBackOffMilliseconds) this.#crashes = 0;
    const wait = this.#crashes === 0 ? 0 : Math.min(longestBackOffMilliseconds, 100 * 2 ** this.#crashes);
    this.#crashes += 1;
    setTimeout(() => !this.#stopping && this.#current === ended && void this.replace(), wait);
  }

  #setState(state: AppSupervisor["state"], problem?: string): void {
    this.state = state;
    this.problem = problem;
    this.#wake();
    this.#options.onState();
  }

  #nextState(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
