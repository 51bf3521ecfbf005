// Keeps an app answering: starts its process, replaces it when the source changes or it ended, lets it go with its folder.
import { join } from "node:path";
import { FunctionError } from "@faasade/core";
import type { AppState } from "../control/api.ts";
import type { AppSource } from "./discover.ts";
import type { AppProcess, ReadyApp } from "./process.ts";
import type { AppFunction, ResourceDescription } from "./protocol.ts";
import { RestartDelay } from "./restart-delay.ts";
import { Waiters } from "./waiters.ts";

export interface SupervisorOptions {
  readonly source: AppSource;
  /** The source as it is now; undefined when the folder of its functions is gone. */
  readonly readSource: () => Promise<AppSource | undefined>;
  /** `generation` makes its socket's name unique. */
  readonly startProcess: (generation: number) => AppProcess;
  /**
   * Prepares what a new process declares while the former one still answers: the app fails with what it throws.
   * @returns what to do as soon as the new one answers; it must not throw.
   */
  readonly onReady: (app: ReadyApp) => Promise<() => void>;
  /** The app is gone: nothing is to be started for it until it is ready again. Must not throw. */
  readonly onGone: () => Promise<void>;
  readonly onState: () => void;
}

const drainSeconds = 5;
/** After which a source that still loads is told of: one that loops, or waits for what never comes, says nothing. */
const slowMilliseconds = 5000;
/** How long a request waits for a process that is just starting. */
const patienceMilliseconds = 15_000;

export class AppSupervisor {
  source: AppSource;
  state: AppState["state"] = "starting";
  problem: string | undefined;
  functions: readonly AppFunction[] = [];
  resources: readonly ResourceDescription[] = [];
  readonly #options: SupervisorOptions;
  /** Every process that has not ended: the one that answers, its successor, those that finish what they began. */
  readonly #processes = new Set<AppProcess>();
  #current: AppProcess | undefined;
  #next: AppProcess | undefined;
  #generation = 0;
  readonly #restartDelay = new RestartDelay();
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
      if (this.state === "gone") throw this.#unavailable(this.problem ?? "");
      if (left <= 0) throw this.#unavailable(`it is still ${this.state}`);
      await this.#waiters.next({ milliseconds: left });
    }
  }

  /** Waits until a process answers, however long the app is broken. Returns early when the signal aborts. */
  async available(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#stopping && !this.#current?.isRunning)
      await this.#waiters.next({ signal });
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
    const slow = setTimeout(() => this.#tellSlow(previous), slowMilliseconds);
    try {
      const source = await this.#options.readSource();
      if (this.#stopping) return;
      if (source === undefined) return await this.#withdraw();
      this.source = source;
      this.#setState(previous === undefined ? "starting" : "restarting");
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
      if (!this.#replaceAgain && !this.#stopping)
        this.#setState("failed", withFormer((error as Error).message, previous));
    } finally {
      clearTimeout(slow);
    }
  }

  #tellSlow(previous: AppProcess | undefined): void {
    if (this.#stopping || this.#next?.isLoading !== true) return;
    const what = previous === undefined ? "source" : "changed source";
    const problem = `its ${what} has been loading for ${slowMilliseconds / 1000} s`;
    this.#setState(this.state, withFormer(problem, previous));
  }

  /** What is in flight may finish; what waits goes on waiting. */
  async #withdraw(): Promise<void> {
    const previous = this.#current;
    this.#current = undefined;
    // The one that is looked for: which of those above it went with it, may still change.
    const functions = join(this.source.folder, "src", "functions");
    if (this.state !== "gone") this.#setState("gone", `its folder ${functions} is gone`);
    void previous?.stop(drainSeconds);
    await this.#options.onGone();
  }

  #endLoading(): void {
    if (this.#next?.isLoading) this.#next.kill();
  }

  #startProcess(): AppProcess {
    const process = this.#options.startProcess(++this.#generation);
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
      const wait = this.#restartDelay.next(performance.now() - readyAt);
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

/** What does not start leaves what ran before. */
function withFormer(problem: string, former: AppProcess | undefined): string {
  if (former?.isRunning !== true) return problem;
  return `${problem.replace(/\.$/, "")}. Its former version goes on answering`;
}
