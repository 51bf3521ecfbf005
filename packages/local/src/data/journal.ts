// The journal: every event with its cause, every attempt with its outcome; the newest in memory, all on disk.
import type { SqlDriver, SqlSession } from "@faasade/connectors/sql";
import type { Clock } from "@faasade/core";
import type { JournalEntry } from "../control/api.ts";

export type NewEntry = Omit<JournalEntry, "sequence" | "time">;

const keptInMemory = 2000;
const keptOnDisk = 20_000;
const flushMilliseconds = 100;
const insertAll = `
  insert into journal select (entry->>'sequence')::bigint, entry from jsonb_array_elements($1::jsonb) as entry
  on conflict do nothing`;

export class Journal {
  readonly #sql: SqlDriver;
  readonly #clock: Clock;
  readonly #listeners = new Set<(entry: JournalEntry) => void>();
  #entries: JournalEntry[];
  #unwritten: JournalEntry[] = [];
  #sequence: number;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(sql: SqlDriver, clock: Clock, entries: JournalEntry[]) {
    this.#sql = sql;
    this.#clock = clock;
    this.#entries = entries;
    this.#sequence = entries.at(-1)?.sequence ?? 0;
  }

  static async open(sql: SqlDriver, clock: Clock): Promise<Journal> {
    const { rows } = await sql.transaction((session) =>
      session.query<{ entry: JournalEntry }>("select entry from journal order by sequence desc limit $1", [
        keptInMemory,
      ]),
    );
    return new Journal(sql, clock, rows.map(({ entry }) => entry).reverse());
  }

  /** Writes an entry together with what it tells of, so that both are there or neither; `announce` it after the commit. */
  async writeIn(session: SqlSession, entry: NewEntry): Promise<JournalEntry> {
    const [written] = await this.writeAllIn(session, [entry]);
    return written as JournalEntry;
  }

  /** Writes entries together with what they tell of, so that all are there or none; `announce` them after the commit. */
  async writeAllIn(session: SqlSession, entries: readonly NewEntry[]): Promise<JournalEntry[]> {
    const numbered = entries.map((entry) => this.#number(entry));
    await session.query(insertAll, [JSON.stringify(numbered)]);
    return numbered;
  }

  announce(entry: JournalEntry): void {
    this.#entries.push(entry);
    if (this.#entries.length > 2 * keptInMemory) this.#entries = this.#entries.slice(-keptInMemory);
    for (const listener of this.#listeners) listener(entry);
  }

  /** Notes what need not survive a crash; it reaches the disk a moment later. */
  note(entry: NewEntry): JournalEntry {
    const numbered = this.#number(entry);
    this.announce(numbered);
    this.#unwritten.push(numbered);
    this.#timer ??= setTimeout(() => void this.flush(), flushMilliseconds);
    return numbered;
  }

  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#unwritten;
    this.#unwritten = [];
    if (batch.length > 0)
      this.#writing = this.#writing.then(() => this.#write(batch)).catch(() => this.#keep(batch));
    return this.#writing;
  }

  /** The newest entries after a sequence number, oldest first. */
  entries(options: { after?: number; limit?: number; app?: string; function?: string } = {}): JournalEntry[] {
    const { after = 0, limit = 100, app } = options;
    const matching = this.#entries.filter(
      (entry) =>
        entry.sequence > after &&
        (app === undefined || entry.app === app) &&
        (options.function === undefined || entry.function === options.function),
    );
    return matching.sort((a, b) => a.sequence - b.sequence).slice(-limit);
  }

  onEntry(listener: (entry: JournalEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What could not be written goes with what is noted next. */
  #keep(batch: readonly JournalEntry[]): void {
    this.#unwritten = [...batch, ...this.#unwritten].slice(-keptInMemory);
  }

  #number(entry: NewEntry): JournalEntry {
    this.#sequence += 1;
    return { sequence: this.#sequence, time: new Date(this.#clock.now()).toISOString(), ...entry };
  }

  async #write(batch: readonly JournalEntry[]): Promise<void> {
    await this.#sql.transaction(async (session) => {
      await session.query(insertAll, [JSON.stringify(batch)]);
      await session.query("delete from journal where sequence <= $1", [this.#sequence - keptOnDisk]);
    });
  }
}
