// The queues of the world: those that apps declare, and one per function for what waits to be delivered to it.
import type { QueueDriver } from "@faasade/connectors/queue";
import { type SqlQueue, sqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { Clock } from "@faasade/core";
import { FunctionError } from "@faasade/core";
import { openQueue } from "../app/drivers/queue.ts";
import { type Engines, queueSchema, queueUrl } from "../engines/engines.ts";
import { makeSchema } from "../engines/make-schema.ts";

const deliveries = "deliveries:";
/**
 * What was taken from a queue of the world's own stays taken until it is settled or this host dies: no timeout, because
 * the clock may be moved by days while a function is at work, and a second delivery would then run beside the first.
 */
const ownVisibilitySeconds = 100 * 365 * 86_400;
/** No engine sees a host die: what that one had taken comes again so long after the function's own time. */
const spareSeconds = 20;

export class Queues {
  readonly #sql: SqlDriver;
  readonly #clock: Clock;
  readonly #engines: Engines;
  readonly #own = new Map<string, SqlQueue>();
  readonly #onEngine = new Map<string, Promise<QueueDriver>>();
  readonly #recovered = new Map<string, Promise<void>>();

  constructor(sql: SqlDriver, clock: Clock, engines: Engines = {}) {
    this.#sql = sql;
    this.#clock = clock;
    this.#engines = engines;
  }

  /** Opens any queue by its name; one that an app declares on an engine is made where it is not there. */
  async open(name: string): Promise<QueueDriver> {
    const url = name.startsWith(deliveries) ? undefined : queueUrl(this.#engines, name);
    if (url === undefined) return this.get(name);
    let opening = this.#onEngine.get(name);
    if (opening === undefined) {
      opening = this.#openOnEngine(name, url);
      this.#onEngine.set(name, opening);
      opening.catch(() => this.#onEngine.delete(name));
    }
    return opening;
  }

  /**
   * A queue of the world's own: of deliveries, or an app's where no engine has it. One driver per name, so that whoever
   * waits on it is woken by whoever sends.
   */
  get(name: string): SqlQueue {
    let queue = this.#own.get(name);
    if (queue === undefined) {
      queue = sqlQueue(this.#sql, { name, clock: this.#clock });
      this.#own.set(name, queue);
    }
    return queue;
  }

  /**
   * A queue whose dead letters can be thrown away in a transaction of the world's database.
   * @throws {FunctionError} `unsupported` for one on an engine.
   */
  discardable(name: string): SqlQueue {
    const queue = this.#own.get(name);
    if (queue !== undefined) return queue;
    throw new FunctionError(
      "unsupported",
      `Cannot discard the dead letters of ${name}: the world keeps that queue on another engine. Delete them there.`,
    );
  }

  /** How long what a function takes from a queue is hidden from others. */
  visibilitySeconds(name: string, timeoutSeconds: number): number {
    return this.#own.has(name) ? ownVisibilitySeconds : timeoutSeconds + spareSeconds;
  }

  /** Gives back, once, what a host that died had taken: from then on, what is out is being worked on. */
  recover(name: string): Promise<void> {
    let recovering = this.#recovered.get(name);
    if (recovering === undefined) {
      // On an engine another world may be at work on it.
      recovering = this.#own.get(name)?.releaseAll() ?? Promise.resolve();
      this.#recovered.set(name, recovering);
      recovering.catch(() => this.#recovered.delete(name));
    }
    return recovering;
  }

  /** Makes everybody who waits look again, as after other processes sent or the clock moved. */
  wakeAll(): void {
    for (const queue of this.#own.values()) queue.wake();
  }

  /** The name of the queue in which events wait for a function. */
  deliveriesOf(functionName: string): string {
    return `${deliveries}${functionName}`;
  }

  /** Opens what earlier starts left messages in: whose function went is still asked for its dead letters. */
  async openKept(): Promise<void> {
    // Makes the tables where there are none.
    await sqlQueue(this.#sql, { name: deliveries, clock: this.#clock }).depth();
    const { rows } = await this.#sql.transaction((session) =>
      session.query<{ queue: string }>("select distinct queue from faasade_queue"),
    );
    for (const { queue } of rows)
      if (queue.startsWith(deliveries) || queueUrl(this.#engines, queue) === undefined) this.get(queue);
  }

  /**
   * The clock was moved back: what was ready stays so, and what was to come later comes when it was to.
   * @param from epoch milliseconds by the clock before, `to` by that of now
   */
  async movedBack(from: number, to: number): Promise<void> {
    await this.#sql.transaction((session) =>
      session.query(
        "update faasade_queue set visible_at = $2 where visible_at > $2 and visible_at <= $1 and dead_at is null and not delivered",
        [from, to],
      ),
    );
    this.wakeAll();
  }

  /** Every queue opened so far, under the name people know it by. */
  known(): { shown: string; name: string }[] {
    const names = [...this.#own.keys(), ...this.#onEngine.keys()];
    return names.map((name) => ({ shown: name.replace(deliveries, ""), name }));
  }

  async close(): Promise<void> {
    for (const opening of await Promise.allSettled(this.#onEngine.values()))
      if (opening.status === "fulfilled") await opening.value.close();
  }

  async #openOnEngine(name: string, url: string): Promise<QueueDriver> {
    if (url.startsWith("sqs:")) await (await import("@faasade/connectors/making/sqs-queue")).makeQueue(url);
    else await makeSchema(this.#engines.queue ?? url, queueSchema);
    return openQueue(url, name, this.#clock);
  }
}
