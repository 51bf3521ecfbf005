// Takes an event into the world: into the journal and into every subscriber's queue, in one transaction, once.
import type { OutgoingMessage } from "@faasade/connectors/queue";
import type { SqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { CloudEvent } from "@faasade/core";
import { encodeStructured } from "@faasade/core/cloudevents";
import type { Causes } from "../data/causes.ts";
import type { Journal, NewEntry } from "../data/journal.ts";

/** A function that wants to be started by some events, and the queue its deliveries wait in. */
export interface Subscriber {
  readonly app: string;
  readonly functionName: string;
  readonly queue: SqlQueue;
}

export interface Accepting {
  readonly event: CloudEvent;
  readonly subscribers: readonly Subscriber[];
  readonly app: string;
  /** The topic it came by: an event may be sent on several, and who sends on one has no say about what comes elsewhere. */
  readonly topic?: string;
  /** What it is called in the queues; default: as the event, whose id is unique within its source alone. */
  readonly messageId?: string;
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
    const [isNew = false] = await this.acceptAll([{ event, subscribers, app }]);
    return isNew;
  }

  /** All or none, but for those accepted before. @returns which were new, in order. */
  async acceptAll(items: readonly Accepting[]): Promise<boolean[]> {
    const awaited = items.filter(({ subscribers }) => subscribers.length > 0);
    for (const item of items) if (item.subscribers.length === 0) this.#journal.note(this.#tell(item));
    if (awaited.length === 0) return items.map(() => true);
    const sendings = awaited.map((item) => {
      const { body, contentType } = encodeStructured(item.event);
      return { item, message: { id: item.messageId ?? item.event.id, body: Buffer.from(body), contentType } };
    });
    const fresh = await this.#sql.transaction(async (session) => {
      const { rows } = await session.query<{ id: string }>(
        "insert into accepted_events select id, $2 from unnest($1::text[]) as id on conflict do nothing returning id",
        [awaited.map(keyOf), this.#now()],
      );
      const claimed = new Set(rows.map(({ id }) => id));
      // Of two with one id in the same call, the first.
      const claims = sendings.filter(({ item }) => claimed.delete(keyOf(item)));
      for (const [queue, its] of byQueue(claims)) await queue.sendIn(session, its);
      const entries = await this.#journal.writeAllIn(
        session,
        claims.map(({ item }) => this.#tell(item)),
      );
      return { claims: new Set(claims.map(({ item }) => item)), entries };
    });
    for (const entry of fresh.entries) this.#journal.announce(entry);
    for (const queue of byQueue(sendings).keys()) queue.wake();
    return items.map((item) => item.subscribers.length === 0 || fresh.claims.has(item));
  }

  #tell({ event, app }: Accepting): NewEntry {
    const traceparent = event.extensions["traceparent"];
    const cause = typeof traceparent === "string" ? this.#causes.find(traceparent) : undefined;
    return {
      kind: "event",
      id: event.id,
      app,
      title: event.type,
      ...(event.subject === undefined ? {} : { detail: event.subject }),
      ...(cause === undefined ? {} : { cause }),
    };
  }
}

/** Neither topic nor source holds a space, so that no two events share a key. */
function keyOf({ event: { source, id }, topic }: Pick<Accepting, "event" | "topic">): string {
  return topic === undefined ? `${source} ${id}` : `${topic} ${source} ${id}`;
}

function byQueue(
  sendings: readonly { readonly item: Accepting; readonly message: OutgoingMessage }[],
): Map<SqlQueue, OutgoingMessage[]> {
  const queues = new Map<SqlQueue, OutgoingMessage[]>();
  for (const { item, message } of sendings)
    for (const { queue } of item.subscribers) {
      const messages = queues.get(queue) ?? [];
      messages.push(message);
      queues.set(queue, messages);
    }
  return queues;
}
