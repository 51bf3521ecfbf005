// The attempts at one function's deliveries: each with its span and its line in the journal, disturbed where chaos wants.
import type { ReceivedMessage } from "@faasade/connectors/queue";
import type { CloudEvent } from "@faasade/core";
import type { FunctionDescription } from "@faasade/core/adapter";
import type { AppSupervisor } from "../app/supervisor.ts";
import type { JournalEntry } from "../control/api.ts";
import type { Causes } from "../data/causes.ts";
import type { Journal } from "../data/journal.ts";
import { attemptDelivery, type Verdict } from "./attempt.ts";
import type { ChaosSwitch } from "./chaos.ts";

export interface AttemptsOptions {
  readonly app: string;
  readonly description: FunctionDescription;
  readonly supervisor: AppSupervisor;
  readonly journal: Journal;
  readonly causes: Causes;
  readonly chaos: ChaosSwitch;
}

export interface Delivery {
  readonly message: ReceivedMessage;
  readonly event: CloudEvent;
}

export class Attempts {
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /** Delivers once, or twice where chaos wants it. @returns a verdict per delivery, in order. Never throws. */
  make(deliveries: readonly Delivery[]): Promise<Verdict[]> {
    return this.#options.chaos.duplicates() ? this.#attemptTwice(deliveries) : this.#attempt(deliveries);
  }

  /** A line in the journal about the function. */
  note(entry: Partial<JournalEntry> & Pick<JournalEntry, "kind">): void {
    const { app, description, journal } = this.#options;
    const title = `${app}/${description.name}`;
    journal.note({ id: "", app, function: description.name, title, outcome: "retry", ...entry });
  }

  /** The same delivery twice, at the same time or one after the other, as an at-least-once platform may do. */
  async #attemptTwice(deliveries: readonly Delivery[]): Promise<Verdict[]> {
    const attempts = [this.#attempt(deliveries)];
    if (Math.random() < 0.5) await attempts[0];
    attempts.push(this.#attempt(deliveries));
    const [first = [], second = []] = await Promise.all(attempts);
    return first.map((verdict, index) => {
      const other = second[index] ?? verdict;
      return verdict.kind === "done" || (other.kind === "retry" && other.unreached) ? verdict : other;
    });
  }

  async #attempt(deliveries: readonly Delivery[]): Promise<Verdict[]> {
    const { description, supervisor, causes, chaos } = this.#options;
    const { name: functionName, timeoutSeconds, trigger } = description;
    const attempt = Math.max(...deliveries.map(({ message }) => message.attempt));
    const id = crypto.randomUUID();
    const events = deliveries.map(({ event }) =>
      withSpan(event, causes.open(id, event.extensions["traceparent"]?.toString())),
    );
    const startedAt = performance.now();
    if (chaos.crashes()) setTimeout(() => supervisor.crash(), Math.random() * 100);
    const target = { supervisor, functionName, timeoutSeconds };
    const batch = trigger.kind === "message" && trigger.batch !== undefined;
    const verdicts = await attemptDelivery(target, events, { batch, attempt });
    const worst =
      verdicts.find(({ kind }) => kind === "dead") ?? verdicts.find(({ kind }) => kind === "retry");
    const [first] = deliveries;
    this.note({
      kind: "attempt",
      id,
      attempt,
      milliseconds: Math.round(performance.now() - startedAt),
      outcome: worst === undefined ? "ok" : worst.kind === "dead" ? "dead" : "retry",
      ...(first === undefined ? {} : { cause: first.event.id }),
      ...(worst === undefined || worst.kind === "done" ? {} : { detail: worst.reason }),
    });
    return verdicts;
  }
}

function withSpan(event: CloudEvent, traceparent: string): CloudEvent {
  return { ...event, data: event.data, extensions: { ...event.extensions, traceparent } };
}
