// A queue in Postgres: competing consumers skip what others hold, and time is the caller's, not the database's.
import type { Clock } from "@faasade/core";
import type { DriverModule, DriverOptions } from "@faasade/core/adapter";
import type { SqlDriver, SqlSession } from "../sql/driver.ts";
import type { OutgoingMessage, QueueDriver, ReceivedMessage } from "./driver.ts";
import {
  type DeadRow,
  type DepthRow,
  type ReceivedRow,
  readReceipts,
  toDeadLetter,
  toDepth,
  toReceived,
} from "./sql/rows.ts";
import { queueTables, statements } from "./sql/statements.ts";
import { Wakeups } from "./sql/wakeups.ts";

export interface SqlQueueOptions {
  /** Several queues share the tables of a database. */
  readonly name: string;
  /** What delays and visibility are counted by. Default: the wall clock. */
  readonly clock?: Clock;
  /** How often a waiting `receive` looks, when nothing in this process wakes it. Default: 250. */
  readonly pollMilliseconds?: number;
}

export interface SqlQueue extends QueueDriver {
  /** Sends inside a transaction under way: the messages are there when it commits. Call `wake` afterwards. */
  sendIn(session: SqlSession, messages: readonly OutgoingMessage[]): Promise<void>;
  /** Deletes dead letters inside a transaction under way. @returns those that were there. */
  discardIn(
    session: SqlSession,
    ids: readonly string[],
  ): Promise<readonly { readonly id: string; readonly reason: string }[]>;
  /**
   * Makes everything that is out visible at once: for the only process that receives, when it starts after a crash.
   * Receipts given out before hold no more.
   */
  releaseAll(): Promise<void>;
  /** Makes every waiting `receive` of this queue in this process look at once, as after moving the clock. */
  wake(): void;
}

/** The queue `name` over an open database, which it never closes. */
export function sqlQueue(driver: SqlDriver, options: SqlQueueOptions): SqlQueue {
  return new QueueOverSql(driver, options);
}

/** The driver module of a queue whose URL names a database that `sql` opens. */
export function sqlQueueModule(sql: { open(url: string): Promise<SqlDriver> | SqlDriver }): DriverModule {
  return {
    async open(url, { name, clock }) {
      const driver = await sql.open(url);
      return new QueueOverSql(driver, { name, clock }, () => driver.close());
    },
  };
}

/** A queue in the Postgres that `postgres://…` names, as the driver `pg` of the sql port opens it. */
export async function open(url: string, options: DriverOptions): Promise<SqlQueue> {
  const postgres = await import("../sql/pg.ts");
  return (await sqlQueueModule(postgres).open(url, options)) as SqlQueue;
}

/** Which queues of a database hold dead letters, by name. */
export async function deadQueues(url: string): Promise<readonly string[]> {
  const postgres = await import("../sql/pg.ts");
  const driver = await postgres.open(url);
  try {
    await queueTables.ensure(driver);
    const { rows } = await driver.transaction((session) =>
      session.query<{ queue: string }>(statements.deadQueues, []),
    );
    return rows.map(({ queue }) => queue);
  } finally {
    await driver.close();
  }
}

const wallClock: Clock = { now: () => Date.now() };

class QueueOverSql implements SqlQueue {
  readonly #driver: SqlDriver;
  readonly #name: string;
  readonly #clock: Clock;
  readonly #pollMilliseconds: number;
  readonly #wakeups: Wakeups;
  readonly #close: () => Promise<void>;

  constructor(driver: SqlDriver, options: SqlQueueOptions, close: () => Promise<void> = async () => {}) {
    this.#driver = driver;
    this.#name = options.name;
    this.#clock = options.clock ?? wallClock;
    this.#pollMilliseconds = options.pollMilliseconds ?? 250;
    this.#wakeups = Wakeups.of(driver, options.name);
    this.#close = close;
  }

  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    await queueTables.ensure(this.#driver);
    await this.#driver.transaction((session) => this.sendIn(session, messages));
    this.wake();
  }

  async sendIn(session: SqlSession, messages: readonly OutgoingMessage[]): Promise<void> {
    if (messages.length === 0) return;
    await queueTables.ensureIn(session, this.#driver);
    const now = this.#clock.now();
    await session.query(statements.send, [
      this.#name,
      now,
      messages.map(({ id }) => id),
      messages.map(({ body }) => body),
      messages.map(({ contentType }) => contentType),
      messages.map(({ delaySeconds = 0 }) => Math.round(now + delaySeconds * 1000)),
    ]);
  }

  async discardIn(session: SqlSession, ids: readonly string[]) {
    await queueTables.ensureIn(session, this.#driver);
    const { rows } = await session.query<{ id: string; reason: string }>(statements.discard, [
      this.#name,
      ids,
    ]);
    return rows;
  }

  wake(): void {
    this.#wakeups.wake();
  }

  async receive({ max, visibilitySeconds, waitSeconds = 0, signal }: Parameters<QueueDriver["receive"]>[0]) {
    const until = performance.now() + waitSeconds * 1000;
    while (signal?.aborted !== true) {
      const seen = this.#wakeups.count;
      const messages = await this.#take(max, visibilitySeconds);
      const left = until - performance.now();
      if (messages.length > 0 || left <= 0) return messages;
      await this.#wakeups.sleep(Math.min(this.#pollMilliseconds, left), seen, signal);
    }
    return [];
  }

  async acknowledge(receipts: readonly string[]): Promise<readonly string[]> {
    const { sequences, attempts } = readReceipts(receipts);
    const rows = await this.#query<{ receipt: string }>(statements.acknowledge, [
      this.#name,
      sequences,
      attempts,
    ]);
    return rows.map(({ receipt }) => receipt);
  }

  async release(receipt: string, delaySeconds: number): Promise<boolean> {
    const held = await this.#change(
      statements.release,
      receipt,
      Math.round(this.#clock.now() + delaySeconds * 1000),
    );
    if (held) this.wake();
    return held;
  }

  async releaseAll(): Promise<void> {
    const rows = await this.#query(statements.releaseAll, [this.#name, this.#clock.now()]);
    if (rows.length > 0) this.wake();
  }

  extend(receipt: string, visibilitySeconds: number): Promise<boolean> {
    return this.#change(statements.extend, receipt, Math.round(this.#clock.now() + visibilitySeconds * 1000));
  }

  bury(receipt: string, reason: string): Promise<boolean> {
    return this.#change(statements.bury, receipt, this.#clock.now(), reason);
  }

  async deadLetters({ after = "", limit }: Parameters<QueueDriver["deadLetters"]>[0]) {
    const rows = await this.#query<DeadRow>(statements.deadLetters, [this.#name, after, limit]);
    return rows.map(toDeadLetter);
  }

  async replay(ids: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#query<{ id: string }>(statements.replay, [this.#name, this.#clock.now(), ids]);
    if (rows.length > 0) this.wake();
    return rows.map(({ id }) => id);
  }

  async depth() {
    const [row] = await this.#query<DepthRow>(statements.depth, [this.#name, this.#clock.now()]);
    return toDepth(row);
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #take(max: number, visibilitySeconds: number): Promise<readonly ReceivedMessage[]> {
    const now = this.#clock.now();
    const hiddenUntil = Math.round(now + visibilitySeconds * 1000);
    return toReceived(
      await this.#query<ReceivedRow>(statements.receive, [this.#name, now, max, hiddenUntil]),
    );
  }

  async #change(statement: string, receipt: string, ...values: readonly unknown[]): Promise<boolean> {
    const { sequences, attempts } = readReceipts([receipt]);
    if (sequences.length === 0) return false;
    const rows = await this.#query(statement, [this.#name, sequences[0], attempts[0], ...values]);
    return rows.length > 0;
  }

  async #query<Row>(text: string, params: readonly unknown[]): Promise<readonly Row[]> {
    await queueTables.ensure(this.#driver);
    const { rows } = await this.#driver.transaction((session) => session.query<Row>(text, params));
    return rows;
  }
}
