// Takes what waits for one function and delivers it: at least once, again with back-off, at last to the dead letter.
import { setTimeout as delay } from "node:timers/promises";
import type { ReceivedMessage } from "@faasade/connectors/queue";
import type { SqlQueue } from "@faasade/connectors/queue/sql";
import type { CloudEvent } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { Causes } from "../data/causes.ts";
import type { Journal } from "../data/journal.ts";
import { attemptDelivery, type Verdict } from "./attempt.ts";
import { backOffSeconds } from "./back-off.ts";
import type { ChaosSwitch } from "./chaos.ts";

export interface DispatcherOptions {
  readonly app: string;
  readonly description: FunctionDescription;
  readonly queue: SqlQueue;
  readonly supervisor: AppSupervisor;
  readonly journal: Journal;
  readonly causes: Causes;
  readonly chaos: ChaosSwitch;
  readonly decode: (message: ReceivedMessage) => CloudEvent;
}

const concurrency = 4;
const visibilityMarginSeconds = 30;

interface Item {
  readonly message: ReceivedMessage;
  readonly event: CloudEvent;
}

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #stop = new AbortController();
  readonly #inFlight = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Takes nothing more and waits for what is in flight; what is cut off is delivered again at the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
    await Promise.all(this.#inFlight);
  }

  async #run(): Promise<void> {
    const { queue, description, supervisor } = this.#options;
    const { signal } = this.#stop;
    // Only this host takes from the queue: what is still out was taken by one that died.
    await queue.releaseAll();
    const { trigger, timeoutSeconds } = description;
    const batch = trigger.kind === "message" ? trigger.batch : undefined;
    while (!signal.aborted) {
      if (this.#inFlight.size >= concurrency) await Promise.race(this.#inFlight);
      const max = batch?.size ?? concurrency - this.#inFlight.size;
      const visibilitySeconds = timeoutSeconds + visibilityMarginSeconds;
      try {
        // An app that does not start takes nothing, so that a mistake in its source uses up no attempts.
        await supervisor.available(signal);
        let messages = await queue.receive({ max, visibilitySeconds, waitSeconds: 10, signal });
        if (batch !== undefined && messages.length > 0 && messages.length < max && batch.windowSeconds > 0) {
          await pause(batch.windowSeconds * 1000, signal);
          messages = [
            ...messages,
            ...(await queue.receive({ max: max - messages.length, visibilitySeconds, signal })),
          ];
        }
        if (messages.length === 0) continue;
        for (const group of batch === undefined ? messages.map((message) => [message]) : [messages])
          this.#track(this.#handle(group));
      } catch (error) {
        if (signal.aborted) return;
        this.#note("retry", `Cannot take messages: ${(error as Error).message}`);
        await pause(1000, signal);
      }
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: Error) => this.#note("retry", `Cannot settle a delivery: ${error.message}`))
      .finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  async #handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const { chaos, decode } = this.#options;
    const items: Item[] = [];
    for (const message of messages) {
      try {
        items.push({ message, event: decode(message) });
      } catch (error) {
        await this.#bury(message, `invalid: ${(error as Error).message}`);
      }
    }
    const late = chaos.delayMilliseconds();
    if (late > 0) await pause(late, this.#stop.signal);
    const verdicts = chaos.duplicates() ? await this.#attemptTwice(items) : await this.#attempt(items);
    for (const [index, item] of items.entries())
      await this.#settle(item.message, verdicts[index] ?? { kind: "retry", reason: "no verdict" });
  }

  /** The same delivery twice, at the same time or one after the other, as an at-least-once platform may do. */
  async #attemptTwice(items: readonly Item[]): Promise<Verdict[]> {
    const attempts = [this.#attempt(items)];
    if (Math.random() < 0.5) await attempts[0];
    attempts.push(this.#attempt(items));
    const [first = [], second = []] = await Promise.all(attempts);
    return first.map((verdict, index) => (verdict.kind === "done" ? verdict : (second[index] ?? verdict)));
  }

  async #attempt(items: readonly Item[]): Promise<Verdict[]> {
    const { app, description, supervisor, causes, chaos } = this.#options;
    const { name: functionName, timeoutSeconds, trigger } = description;
    const attempt = Math.max(...items.map(({ message }) => message.attempt));
    const id = crypto.randomUUID();
    const events = items.map(({ event }) =>
      withSpan(event, causes.open(id, event.extensions["traceparent"]?.toString())),
    );
    const startedAt = performance.now();
    if (chaos.crashes()) setTimeout(() => supervisor.crash(), Math.random() * 100);
    const batch = trigger.kind === "message" && trigger.batch !== undefined;
    const verdicts = await attemptDelivery({ supervisor, functionName, timeoutSeconds }, events, {
      batch,
      attempt,
    });
    const worst =
      verdicts.find(({ kind }) => kind === "dead") ?? verdicts.find(({ kind }) => kind === "retry");
    const [first] = items;
    this.#options.journal.note({
      kind: "attempt",
      id,
      app,
      function: functionName,
      attempt,
      milliseconds: Math.round(performance.now() - startedAt),
      title: `${app}/${functionName}`,
      outcome: worst === undefined ? "ok" : worst.kind === "dead" ? "dead" : "retry",
      ...(first === undefined ? {} : { cause: first.event.id }),
      ...(worst === undefined || worst.kind === "done" ? {} : { detail: worst.reason }),
    });
    return verdicts;
  }

  async #settle(message: ReceivedMessage, verdict: Verdict): Promise<void> {
    const { queue, description } = this.#options;
    if (verdict.kind === "done") {
      await queue.acknowledge([message.receipt]);
      return;
    }
    const exhausted = message.attempt >= description.maxAttempts;
    if (verdict.kind === "retry" && !exhausted) {
      await queue.release(
        message.receipt,
        backOffSeconds(message.attempt, verdict.retryAfterSeconds, Math.random),
      );
      return;
    }
    const reason =
      verdict.kind === "retry"
        ? `${verdict.reason} (gave up after ${message.attempt} attempts)`
        : verdict.reason;
    await this.#bury(message, reason);
  }

  async #bury(message: ReceivedMessage, reason: string): Promise<void> {
    const { queue, description, app, journal } = this.#options;
    if (!(await queue.bury(message.receipt, reason))) return;
    const title = `${app}/${description.name}`;
    journal.note({
      kind: "dead-letter",
      id: message.id,
      app,
      function: description.name,
      title,
      outcome: "dead",
      detail: reason,
    });
  }

  #note(outcome: "retry", detail: string): void {
    const { app, description, journal } = this.#options;
    journal.note({
      kind: "app",
      id: "",
      app,
      function: description.name,
      title: `${app}/${description.name}`,
      outcome,
      detail,
    });
  }
}

function withSpan(event: CloudEvent, traceparent: string): CloudEvent {
  return { ...event, data: event.data, extensions: { ...event.extensions, traceparent } };
}

/** Waits, or returns at once when the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {});
}
