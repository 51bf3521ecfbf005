// Takes what waits for one function and delivers it: at least once, again with back-off, at last to the dead letter.
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import type { QueueDriver, ReceivedMessage } from "@faasade/connectors/queue";
import type { CloudEvent } from "@faasade/core";
import type { Verdict } from "./attempt.ts";
import { Attempts, type AttemptsOptions, type Delivery } from "./attempts.ts";
import { settle } from "./settle.ts";

export interface DispatcherOptions extends AttemptsOptions {
  readonly queue: QueueDriver;
  /** How long what is taken is hidden from others. */
  readonly visibilitySeconds: number;
  /** Gives back what a host that died had taken from the queue; does so once, however often it is asked. */
  readonly recover: () => Promise<void>;
  readonly decode: (message: ReceivedMessage) => CloudEvent;
}

const concurrency = 4;
/** Of bodies in one delivery: with base64 and what stands around them, an app's process takes it. */
const mostBytes = 8 << 20;
const settleTries = 5;
/** How often in a row an attempt may not reach its function before it counts as one all the same: some 20 s. */
const maxMisses = 8;

export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #attempts: Attempts;
  readonly #stop = new AbortController();
  readonly #stopped = once(this.#stop.signal, "abort");
  readonly #inFlight = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options);
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Resolves when nothing more is taken; what is in flight goes on. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#loop;
  }

  /** Resolves when what was in flight is settled. */
  async settled(): Promise<void> {
    await Promise.all(this.#inFlight);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      if (this.#inFlight.size >= concurrency) await Promise.race([...this.#inFlight, this.#stopped]);
      try {
        const messages = await this.#take(signal);
        if (signal.aborted) await this.#giveBack(messages);
        else if (this.#batch === undefined) for (const message of messages) this.#track([message]);
        else for (const part of inParts(messages)) this.#track(part);
      } catch (error) {
        if (signal.aborted) return;
        this.#attempts.note({ kind: "app", detail: `Cannot take messages: ${(error as Error).message}` });
        await pause(1000, signal);
      }
    }
  }

  get #batch(): { readonly size: number; readonly windowSeconds: number } | undefined {
    const { trigger } = this.#options.description;
    return trigger.kind === "message" ? trigger.batch : undefined;
  }

  async #take(signal: AbortSignal): Promise<readonly ReceivedMessage[]> {
    const { queue, recover, supervisor, visibilitySeconds } = this.#options;
    await recover();
    // An app that does not start takes nothing, so that a mistake in its source uses up no attempts.
    await supervisor.available(signal);
    const batch = this.#batch;
    const max = batch?.size ?? concurrency - this.#inFlight.size;
    const messages = await queue.receive({ max, visibilitySeconds, waitSeconds: 10, signal });
    const isPartial = messages.length > 0 && messages.length < max;
    if (batch === undefined || !isPartial || batch.windowSeconds === 0) return messages;
    await pause(batch.windowSeconds * 1000, signal);
    const rest = queue.receive({ max: max - messages.length, visibilitySeconds, signal });
    return [...messages, ...(await rest.catch(() => []))];
  }

  async #giveBack(messages: readonly ReceivedMessage[]): Promise<void> {
    for (const { receipt } of messages) await this.#options.queue.release(receipt, 0);
  }

  #track(messages: readonly ReceivedMessage[]): void {
    const tracked = this.#handle(messages).finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  /** Never throws. */
  async #handle(messages: readonly ReceivedMessage[]): Promise<void> {
    const { chaos, decode } = this.#options;
    const items: Delivery[] = [];
    for (const message of messages) {
      try {
        items.push({ message, event: decode(message) });
      } catch (error) {
        await this.#settle(message, { kind: "dead", reason: `invalid: ${(error as Error).message}` });
      }
    }
    if (items.length === 0) return;
    const late = chaos.delayMilliseconds();
    if (late > 0) await pause(late, this.#stop.signal);
    const verdicts = await this.#deliver(items);
    for (const [index, { message }] of items.entries())
      await this.#settle(message, verdicts[index] ?? { kind: "retry", reason: "no verdict" });
  }

  /** What never reached the function is delivered again, and uses up no attempt. Never throws. */
  async #deliver(items: readonly Delivery[]): Promise<Verdict[]> {
    const { signal } = this.#stop;
    for (let misses = 1; ; misses += 1) {
      const verdicts = await this.#attempts.make(items);
      const isMissed = verdicts.every((verdict) => verdict.kind === "retry" && verdict.unreached === true);
      if (!isMissed || misses >= maxMisses || signal.aborted) return verdicts;
      await pause(Math.min(5000, 100 * 2 ** misses), signal);
      await this.#options.supervisor.available(signal);
    }
  }

  /** Never throws: a database that cannot be asked is asked again; at the next start, all is given back. */
  async #settle(message: ReceivedMessage, verdict: Verdict): Promise<void> {
    const { queue, description } = this.#options;
    const { signal } = this.#stop;
    for (let tries = 1; ; tries += 1) {
      try {
        const options = { queue, maxAttempts: description.maxAttempts, isStopping: signal.aborted };
        const detail = await settle(message, verdict, options);
        if (detail !== undefined)
          this.#attempts.note({ kind: "dead-letter", id: message.id, outcome: "dead", detail });
        return;
      } catch (error) {
        this.#attempts.note({ kind: "app", detail: `Cannot settle a delivery: ${(error as Error).message}` });
        if (signal.aborted && tries >= settleTries) return;
        await pause(Math.min(5000, 100 * 2 ** tries), signal);
      }
    }
  }
}

/** What is too much at once goes in several deliveries; a message that is too large by itself is told so. */
function inParts(messages: readonly ReceivedMessage[]): ReceivedMessage[][] {
  const parts: ReceivedMessage[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    bytes += message.body.length;
    if (bytes > mostBytes) {
      parts.push([]);
      bytes = message.body.length;
    }
    parts.at(-1)?.push(message);
  }
  return parts;
}

/** Waits, or returns at once when the signal aborts. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => {});
}
