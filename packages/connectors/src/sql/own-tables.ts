// Tables of ours beside an app's own: made when first needed, by one process at a time.
import type { SqlDriver, SqlSession } from "./driver.ts";

// Any number will do that is the same everywhere; see pg_advisory_xact_lock.
const schemaLock = 7_310_914_052;

/** Statements of `create … if not exists`, run once per driver. */
export class OwnTables {
  readonly #script: string;
  readonly #made = new WeakMap<SqlDriver, Promise<void>>();
  readonly #ready = new WeakSet<SqlDriver>();

  constructor(script: string) {
    this.#script = script;
  }

  async ensure(driver: SqlDriver): Promise<void> {
    if (this.#ready.has(driver)) return;
    let making = this.#made.get(driver);
    if (making === undefined) {
      making = driver.transaction((session) => this.#make(session));
      this.#made.set(driver, making);
    }
    try {
      await making;
      this.#ready.add(driver);
    } catch (error) {
      this.#made.delete(driver);
      throw error;
    }
  }

  /** Inside a transaction under way; they come and go with it. */
  async ensureIn(session: SqlSession, driver: SqlDriver): Promise<void> {
    if (!this.#ready.has(driver)) await this.#make(session);
  }

  async #make(session: SqlSession): Promise<void> {
    await lockSchema(session);
    await session.execute(this.#script);
  }
}

/** Until the transaction ends, nobody else changes tables under this lock: `create if not exists` alone can collide. */
export async function lockSchema(session: SqlSession): Promise<void> {
  await session.query("select pg_advisory_xact_lock($1)", [schemaLock]);
}
