// Brings a database to the shape an app expects: each script once, in order, by one process at a time.
import { type Clock, FunctionError } from "@faasade/core";
import { deterministicId } from "@faasade/core/cloudevents";
import type { SqlDriver, SqlSession } from "./driver.ts";
import { lockSchema } from "./own-tables.ts";

/** Never changed once it has run anywhere: add another one. */
export interface Migration {
  /** Unique among the migrations of its database, such as `001-init`. */
  readonly id: string;
  /** Statements; they run in a transaction together with all that are due. */
  readonly script: string;
}

const timeoutSeconds = 300;

export class Migrations {
  readonly #database: string;
  readonly #list: readonly Migration[];
  readonly #applied = new WeakMap<SqlDriver, Promise<void>>();

  constructor(database: string, list: readonly Migration[]) {
    const ids = new Set(list.map(({ id }) => id));
    if (ids.size < list.length)
      throw new TypeError(`Cannot migrate ${database}: two of its migrations have the same id.`);
    this.#database = database;
    this.#list = list;
  }

  /**
   * Once per driver; what failed is tried again by the next call.
   * @throws {FunctionError} `unavailable` when a script fails, or one that already ran was changed or moved.
   */
  async apply(driver: SqlDriver, clock: Clock): Promise<void> {
    if (this.#list.length === 0) return;
    let applying = this.#applied.get(driver);
    if (applying === undefined) {
      applying = this.#apply(driver, clock);
      this.#applied.set(driver, applying);
    }
    try {
      await applying;
    } catch (error) {
      this.#applied.delete(driver);
      throw error;
    }
  }

  async #apply(driver: SqlDriver, clock: Clock): Promise<void> {
    // First without a lock and without writing: most starts find nothing to do, some with a role that may only read.
    const due = await driver.transaction((session) => this.#due(session), { readOnly: true });
    if (due.length > 0)
      await driver.transaction((session) => this.#migrate(session, clock), { timeoutSeconds });
  }

  async #migrate(session: SqlSession, clock: Clock): Promise<void> {
    await lockSchema(session);
    await session.execute(`
      create table if not exists faasade_migrations (
        database text not null,
        id text not null,
        checksum text not null,
        applied_at bigint not null,
        primary key (database, id)
      )`);
    for (const migration of await this.#due(session)) {
      try {
        await session.execute(migration.script);
      } catch (cause) {
        throw this.#refusal(`${migration.id} failed: ${(cause as Error).message}`, cause);
      }
      await session.query(
        "insert into faasade_migrations (database, id, checksum, applied_at) values ($1, $2, $3, $4)",
        [this.#database, migration.id, checksum(migration), Math.round(clock.now())],
      );
    }
  }

  /** What has not run yet. A database that is ahead, as during a rollback of the app, has nothing due. */
  async #due(session: SqlSession): Promise<readonly Migration[]> {
    const ran = await this.#ran(session);
    const count = this.#list.filter(({ id }) => ran.has(id)).length;
    for (const [place, migration] of this.#list.entries()) {
      const found = ran.get(migration.id);
      if (place >= count) {
        if (found !== undefined)
          throw this.#refusal(
            `${migration.id} already ran, and one that comes before it did not. Add new ones at the end`,
          );
      } else if (found === undefined) {
        throw this.#refusal(
          `${migration.id} did not run, and one that comes after it did. Add new ones at the end`,
        );
      } else if (found !== checksum(migration)) {
        throw this.#refusal(
          `${migration.id} was changed after it ran. Restore its script and add a new migration`,
        );
      }
    }
    return this.#list.slice(count);
  }

  async #ran(session: SqlSession): Promise<ReadonlyMap<string, string>> {
    const { rows: tables } = await session.query(
      "select 1 where to_regclass('faasade_migrations') is not null",
    );
    if (tables.length === 0) return new Map();
    const { rows } = await session.query<{ id: string; checksum: string }>(
      "select id, checksum from faasade_migrations where database = $1",
      [this.#database],
    );
    return new Map(rows.map(({ id, checksum }) => [id, checksum]));
  }

  #refusal(why: string, cause?: unknown): FunctionError {
    return new FunctionError("unavailable", `Cannot migrate ${this.#database}: ${why}.`, { cause });
  }
}

function checksum({ script }: Migration): string {
  return deterministicId(script);
}
