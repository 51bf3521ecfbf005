// The queues of the world: those that apps declare, and one per function for what waits to be delivered to it.
import { type SqlQueue, sqlQueue } from "@faasade/connectors/queue/sql";
import type { SqlDriver } from "@faasade/connectors/sql";
import type { Clock } from "@faasade/core";

const deliveries = "deliveries:";

export class Queues {
  readonly #sql: SqlDriver;
  readonly #clock: Clock;
  readonly #open = new Map<string, SqlQueue>();
  readonly #recovered = new Map<string, Promise<void>>();

  constructor(sql: SqlDriver, clock: Clock) {
    this.#sql = sql;
    this.#clock = clock;
  }

  /** One driver per name, so that whoever waits on it is woken by whoever sends. */
  get(name: string): SqlQueue {
    let queue = this.#open.get(name);
    if (queue === undefined) {
      queue = sqlQueue(this.#sql, { name, clock: this.#clock });
      this.#open.set(name, queue);
    }
    return queue;
  }

  /** Gives back, once, what a host that died had taken: from then on, what is out is being worked on. */
  recover(name: string): Promise<void> {
    let recovering = this.#recovered.get(name);
    if (recovering === undefined) {
      recovering = this.get(name).releaseAll();
      this.#recovered.set(name, recovering);
      recovering.catch(() => this.#recovered.delete(name));
    }
    return recovering;
  }

  /** Makes everybody who waits look again, as after other processes sent or the clock moved. */
  wakeAll(): void {
    for (const queue of this.#open.values()) queue.wake();
  }

  /** The name of the queue in which events wait for a function. */
  deliveriesOf(functionName: string): string {
    return `${deliveries}${functionName}`;
  }

  /** Every queue opened so far, under the name people know it by. */
  known(): { shown: string; name: string }[] {
    return [...this.#open.keys()].map((name) => ({ shown: name.replace(deliveries, ""), name }));
  }
}
