// Takes an event into the world: into the journal and into every subscriber's queue, in one transaction, once.
import type { SqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { CloudEvent } from "@faasade/core";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { JournalEntry } from "../control/api.ts";
import type { Causes } from "../data/causes.ts";
import type { Journal } from "../data/journal.ts";

/** A function that wants to be started by some events, and the queue its deliveries wait in. */
export interface Subscriber {
  readonly app: string;
  readonly functionName: string;
  readonly queue: SqlQueue;
}

const rememberedMilliseconds = 30 * 86_400_000;

export class Intake {
  readonly #sql: SqlDriver;
  readonly #journal: Journal;
  readonly #causes: Causes;
  readonly #now: () => number;

  constructor(sql: SqlDriver, journal: Journal, causes: Causes, now: () => number) {
    this.#sql = sql;
    this.#journal = journal;
    this.#causes = causes;
    this.#now = now;
  }

  /** Forgets the ids of events so old that nothing will deliver them again. */
  async forgetOld(): Promise<void> {
    await this.#sql.transaction((session) =>
      session.query("delete from accepted_events where accepted_at < $1", [
        this.#now() - rememberedMilliseconds,
      ]),
    );
  }

  /** Accepts an event unless one with its id was accepted before. @returns whether it was new. */
  async accept(event: CloudEvent, subscribers: readonly Subscriber[], app: string): Promise<boolean> {
    const traceparent = event.extensions["traceparent"];
    const cause = typeof traceparent === "string" ? this.#causes.find(traceparent) : undefined;
    const told = {
      kind: "event",
      id: event.id,
      app,
      title: event.type,
      ...(event.subject === undefined ? {} : { detail: event.subject }),
      ...(cause === undefined ? {} : { cause }),
    } as const;
    if (subscribers.length === 0) {
      this.#journal.note(told);
      return true;
    }
    const entry = await this.#sql.transaction(async (session): Promise<JournalEntry | undefined> => {
      const claimed = await session.query(
        "insert into accepted_events values ($1, $2) on conflict do nothing returning id",
        [`${event.source}:${event.id}`, this.#now()],
      );
      if (claimed.count === 0) return undefined;
      const { body, contentType } = encodeStructured(event);
      const message = { id: event.id, body: Buffer.from(body), contentType };
      for (const { queue } of subscribers) await queue.sendIn(session, [message]);
      return this.#journal.writeIn(session, told);
    });
    if (entry === undefined) return false;
    this.#journal.announce(entry);
    for (const { queue } of subscribers) queue.wake();
    return true;
  }
}
