// Delivers what waits in one queue to one function: at least once, again with back-off, at last to the dead letters.
import { setTimeout as delay } from "node:timers/promises";
import { type CloudEvent, FunctionError } from "@faasade/core";
import {
  type AnyFunction,
  type App,
  defaultMaxAttempts,
  defaultTimeoutSeconds,
  type Host,
  toFunctionError,
} from "@faasade/core/adapter";
import { decodeStructured } from "@faasade/core/cloudevents";
import { failuresOf } from "../deliver.ts";
import { messageEvent } from "../message-event.ts";
import { backOffSeconds } from "./back-off.ts";
import type { HeldMessage, Queue } from "./consume-queue.ts";

export interface ConsumerOptions {
  readonly app: App;
  readonly definition: AnyFunction;
  readonly openQueue: () => Promise<Queue>;
  readonly host: Pick<Host, "log" | "clock" | "random">;
}

/** At once, unless the function takes batches: then it is one batch after the other. */
const concurrency = 4;
/** Beyond the function's own time: what is hidden shorter than it is worked on would run twice at once. */
const spareSeconds = 10;
const waitSeconds = 10;
const longestPauseSeconds = 30;
const settleTries = 5;

export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #queue: Queue | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Takes nothing more; resolves when what was begun is settled and the queue is closed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#inFlight);
    await this.#queue?.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let failures = 0; !signal.aborted; ) {
      try {
        this.#queue ??= await this.#options.openQueue();
        const most = this.#batch === undefined ? concurrency : 1;
        if (this.#inFlight.size >= most) {
          await Promise.race(this.#inFlight);
          continue;
        }
        const messages = await this.#take(this.#queue);
        failures = 0;
        // What came in the very end counts as delivered, so it is handled.
        if (this.#batch !== undefined) this.#begin(this.#queue, messages);
        else for (const message of messages) this.#begin(this.#queue, [message]);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#log("error", `Cannot take messages: ${(error as Error).message}`);
        await this.#pause(Math.min(longestPauseSeconds, 2 ** (failures - 1)));
      }
    }
  }

  async #take(queue: Queue): Promise<readonly HeldMessage[]> {
    const { timeoutSeconds = defaultTimeoutSeconds } = this.#options.definition;
    const { size, windowSeconds = 0 } = this.#batch ?? { size: concurrency - this.#inFlight.size };
    const visibilitySeconds = Math.ceil(timeoutSeconds + windowSeconds) + spareSeconds;
    const how = { visibilitySeconds, signal: this.#stop.signal };
    const first = await queue.receive({ ...how, max: size, waitSeconds });
    if (first.length === 0 || first.length >= size || windowSeconds === 0) return first;
    await this.#pause(windowSeconds);
    // What was taken is kept whether or not more can be.
    const more = queue.receive({ ...how, max: size - first.length, waitSeconds: 0 }).catch(() => []);
    return [...first, ...(await more)];
  }

  #begin(queue: Queue, messages: readonly HeldMessage[]): void {
    if (messages.length === 0) return;
    const begun = this.#handle(queue, messages).finally(() => this.#inFlight.delete(begun));
    this.#inFlight.add(begun);
  }

  /** Never throws. */
  async #handle(queue: Queue, messages: readonly HeldMessage[]): Promise<void> {
    const { app, definition } = this.#options;
    const read: { message: HeldMessage; event: CloudEvent }[] = [];
    for (const message of messages) {
      const event = this.#decode(message);
      if (event instanceof FunctionError) await this.#settle(queue, message, event);
      else read.push({ message, event });
    }
    if (read.length === 0) return;
    const events = read.map(({ event }) => event);
    const attempt = Math.max(...read.map(({ message }) => message.attempt));
    const failures = await failuresOf(app, definition.name, { events, attempt });
    const handled = read.filter(({ event }) => !failures.has(event.id)).map(({ message }) => message);
    if (handled.length > 0)
      await this.#patiently(handled, () => queue.acknowledge(handled.map(({ receipt }) => receipt)));
    for (const { message, event } of read) {
      const error = failures.get(event.id);
      if (error !== undefined) await this.#settle(queue, message, error);
    }
  }

  #decode(message: HeldMessage): CloudEvent | FunctionError {
    const { trigger } = this.#options.definition;
    // Each of its deliveries ended without a verdict: the process died with it, or took longer than it may.
    if (message.attempt > this.#maxAttempts)
      return new FunctionError("internal", `No delivery of ${message.id} came to an end`);
    try {
      if (trigger.kind === "object") return decodeStructured(message.body);
      if (trigger.kind !== "message") throw new TypeError("it is started by no message");
      const time = new Date(message.sentAt).toISOString();
      return messageEvent({ ...message, time }, trigger.source);
    } catch (thrown) {
      return new FunctionError("invalid", toFunctionError(thrown).message, { cause: thrown });
    }
  }

  #settle(queue: Queue, message: HeldMessage, error: FunctionError): Promise<void> {
    return this.#patiently([message], () => this.#settleOnce(queue, message, error));
  }

  /** Never throws: what cannot be settled is seen again when it is no longer hidden. */
  async #patiently(messages: readonly HeldMessage[], settle: () => Promise<unknown>): Promise<void> {
    for (let tries = 1; tries <= settleTries; tries += 1) {
      try {
        await settle();
        return;
      } catch (thrown) {
        const more = messages.length > 1 ? ` and ${messages.length - 1} more` : "";
        this.#log("error", `Cannot settle ${messages[0]?.id}${more}: ${toFunctionError(thrown).message}`);
        await this.#pause(0.1 * 2 ** tries);
      }
    }
  }

  async #settleOnce(queue: Queue, message: HeldMessage, error: FunctionError): Promise<void> {
    const { receipt, attempt, id } = message;
    const reason = `${error.code}: ${error.message}`;
    if (error.redeliver && attempt < this.#maxAttempts) {
      const seconds = backOffSeconds(attempt, error.retryAfterSeconds, this.#options.host.random);
      this.#log("warn", `${id} failed and comes again in ${Math.round(seconds)} s: ${reason}`);
      return void (await queue.release(receipt, seconds));
    }
    const gaveUp = error.redeliver ? ` (gave up after ${Math.min(attempt, this.#maxAttempts)} attempts)` : "";
    this.#log("error", `${id} is a dead letter: ${reason}${gaveUp}`);
    await queue.bury(receipt, `${reason}${gaveUp}`);
  }

  async #pause(seconds: number): Promise<void> {
    await delay(seconds * 1000, undefined, { signal: this.#stop.signal }).catch(() => {});
  }

  get #maxAttempts(): number {
    return this.#options.definition.maxAttempts ?? defaultMaxAttempts;
  }

  get #batch(): { readonly size: number; readonly windowSeconds: number } | undefined {
    const { trigger } = this.#options.definition;
    return trigger.kind === "message" ? trigger.batch : undefined;
  }

  #log(level: "warn" | "error", message: string): void {
    const { host, definition } = this.#options;
    const { name } = definition;
    host.log({ time: host.clock.now(), level, message, function: name, invocation: "", traceparent: "" });
  }
}
