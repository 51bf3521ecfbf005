// Keeps an app answering: starts its process, replaces it when the source changes, kills it when it hangs.
import { FunctionError } from "@faasade/core";
import type { FunctionDescription, LogLevel, LogRecord } from "@faasade/core/adapter";
import { postToSocket, type SocketReply, type SocketRequest } from "../http-client.ts";
import type { AppSource } from "./discover.ts";
import { AppProcess, type ReadyApp } from "./process.ts";
import type { ResourceDescription, StartMessage } from "./protocol.ts";
import { Waiters } from "./waiters.ts";

export interface SupervisorOptions {
  readonly source: AppSource;
  /** What a new process is told; `generation` makes its socket's name unique. */
  readonly startMessage: (generation: number) => StartMessage;
  readonly environment: () => NodeJS.ProcessEnv;
  /**
   * Prepares what a new process declares while the former one still answers: the app fails with what it throws.
   * @returns what to do as soon as the new one answers; it must not throw.
   */
  readonly onReady: (app: ReadyApp) => Promise<() => void>;
  readonly onState: () => void;
  readonly onLog: (record: LogRecord) => void;
  readonly onInvoked: (functionName: string, ok: boolean) => void;
  readonly onOutput: (line: string, level: LogLevel) => void;
}

/** How long past its own deadline a process may stay silent before it is killed. */
const graceMilliseconds = 2000;
/** Timers may ring a little early. */
const timerMilliseconds = 10;
const longestBackOffMilliseconds = 5000;
const drainSeconds = 5;
/** How long a request waits for a process that is just starting. */
const patienceMilliseconds = 15_000;

export class AppSupervisor {
  source: AppSource;
  state: "starting" | "ready" | "restarting" | "failed" = "starting";
  problem: string | undefined;
  functions: readonly FunctionDescription[] = [];
  resources: readonly ResourceDescription[] = [];
  readonly #options: SupervisorOptions;
  /** Every process that has not ended: the one that answers, its successor, those that finish what they began. */
  readonly #processes = new Set<AppProcess>();
  #current: AppProcess | undefined;
  #next: AppProcess | undefined;
  #generation = 0;
  #crashes = 0;
  #stopping = false;
  readonly #waiters = new Waiters();
  readonly #onStop: (() => void)[] = [];
  #replacing: Promise<void> | undefined;
  #replaceAgain = false;

  constructor(options: SupervisorOptions) {
    this.source = options.source;
    this.#options = options;
  }

  /** Starts a process and swaps it in once it answers; one that still loads when asked again is outdated. Never throws. */
  replace(): Promise<void> {
    if (this.#replacing === undefined) {
      this.#replacing = this.#replaceUntilNew().finally(() => {
        this.#replacing = undefined;
      });
    } else {
      this.#replaceAgain = true;
      this.#endLoading();
    }
    return this.#replacing;
  }

  /**
   * Sends a request to the process and waits for its answer; one that stays silent past `timeoutSeconds` is killed.
   * @throws {Error} when the process ends or is killed before it answered.
   */
  async deliver(to: AppProcess, request: SocketRequest, timeoutSeconds: number): Promise<SocketReply> {
    const timer = setTimeout(
      () => this.recycle(to, `gave no answer in ${timeoutSeconds} s`),
      timeoutSeconds * 1000 + graceMilliseconds,
    );
    try {
      return await postToSocket(to.socket, request);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The process that answers now; waits a while for one that is starting.
   * @throws {FunctionError} `unavailable` when the app cannot start, takes too long, or stops.
   */
  async running(): Promise<AppProcess> {
    const until = performance.now() + patienceMilliseconds;
    for (;;) {
      const current = this.#current;
      const left = until - performance.now();
      if (this.#stopping) throw this.#unavailable("it is stopping");
      if (current?.isRunning) return current;
      if (this.state === "failed") throw this.#unavailable(`it does not start: ${this.problem ?? ""}`);
      if (left <= 0) throw this.#unavailable(`it is still ${this.state}`);
      await this.#waiters.next({ milliseconds: left });
    }
  }

  /** Waits until a process answers, however long the app is broken. Returns early when the signal aborts. */
  async available(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#stopping && !this.#current?.isRunning)
      await this.#waiters.next({ signal });
  }

  /** Kills the process that hangs, or whose invocation timed out and may still be at work, and starts another. */
  recycle(hung: AppProcess, reason: string): void {
    if (!hung.isRunning) return;
    this.#options.onOutput(`${this.source.name} ${reason}: its process is killed and started again.`, "warn");
    hung.kill();
  }

  /**
   * An invocation that used up its time answers "timeout", but its handler may still be at work: only a new process
   * makes sure it is not. A "timeout" that comes before is the handler's own word, and its process goes on.
   */
  endOverdue(process: AppProcess, what: string, startedAt: number, timeoutSeconds: number): void {
    if (performance.now() - startedAt < timeoutSeconds * 1000 - timerMilliseconds) return;
    this.recycle(process, `ran ${what} past its deadline`);
  }

  /** Kills the process without a word, as a crash would. */
  crash(): void {
    this.#current?.kill();
  }

  moveClock(aheadMilliseconds: number): void {
    for (const one of this.#processes) one.moveClock(aheadMilliseconds);
  }

  onStop(listener: () => void): void {
    this.#onStop.push(listener);
  }

  /** Lets what is in flight finish for a few seconds; nothing is started any more. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const listener of this.#onStop) listener();
    this.#waiters.wake();
    this.#endLoading();
    await this.#replacing;
    await Promise.all([...this.#processes].map((one) => one.stop(drainSeconds)));
  }

  async #replaceUntilNew(): Promise<void> {
    do {
      this.#replaceAgain = false;
      if (!this.#stopping) await this.#replaceOnce();
    } while (this.#replaceAgain && !this.#stopping);
  }

  async #replaceOnce(): Promise<void> {
    const previous = this.#current;
    this.#setState(previous === undefined ? "starting" : "restarting");
    try {
      const next = this.#startProcess();
      this.#next = next;
      const ready = await next.ready;
      const begin = await this.#options.onReady(ready);
      this.#next = undefined;
      this.functions = ready.functions;
      this.resources = ready.resources;
      this.#current = next;
      begin();
      this.#setState("ready");
      this.#restartAfter(next);
      if (previous?.isRunning) void previous.stop(drainSeconds);
    } catch (error) {
      this.#next?.kill();
      this.#next = undefined;
      if (!this.#replaceAgain && !this.#stopping) this.#setState("failed", (error as Error).message);
    }
  }

  #endLoading(): void {
    if (this.#next?.isLoading) this.#next.kill();
  }

  #startProcess(): AppProcess {
    const { startMessage, environment, onLog, onInvoked, onOutput } = this.#options;
    const process = new AppProcess({
      start: startMessage(++this.#generation),
      folder: this.source.folder,
      environment: environment(),
      onLog,
      onInvoked,
      onOutput,
    });
    this.#processes.add(process);
    void process.exited.then(() => this.#processes.delete(process));
    return process;
  }

  /** A process that ended by itself is started again, slower each time it keeps ending. */
  #restartAfter(current: AppProcess): void {
    const readyAt = performance.now();
    const isOutdated = (): boolean => this.#stopping || this.#current !== current;
    void current.exited.then(() => {
      // A successor that is on its way will do.
      if (isOutdated() || this.#next !== undefined) return;
      this.#setState("restarting");
      if (performance.now() - readyAt > longestBackOffMilliseconds) this.#crashes = 0;
      const wait = this.#crashes === 0 ? 0 : Math.min(longestBackOffMilliseconds, 100 * 2 ** this.#crashes);
      this.#crashes += 1;
      setTimeout(() => isOutdated() || void this.replace(), wait);
    });
  }

  #setState(state: AppSupervisor["state"], problem?: string): void {
    this.state = state;
    this.problem = problem;
    this.#waiters.wake();
    this.#options.onState();
  }

  #unavailable(why: string): FunctionError {
    return new FunctionError("unavailable", `Cannot reach ${this.source.name}: ${why}.`, {
      retryAfterSeconds: 1,
    });
  }
}
