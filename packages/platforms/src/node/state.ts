// What a process must still know when it starts again: due times, deliveries under way, and dead letters.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { CloudEvent } from "@faasade/core";
import { encodeStructured } from "@faasade/core/cloudevents";

export interface DeadLetter {
  readonly functionName: string;
  readonly event: CloudEvent;
  readonly attempts: number;
  readonly reason: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const schema = `
  pragma journal_mode = wal;
  pragma busy_timeout = 5000;
  create table if not exists due_times (job text primary key, last_due integer not null);
  create table if not exists deliveries (function text, id text, attempts integer not null, primary key (function, id));
  create table if not exists dead_letters (
    function text not null, id text not null, event text not null, attempts integer not null, reason text not null,
    at integer not null, primary key (function, id)
  );`;

const statements = {
  lastDue: "select last_due from due_times where job = ?",
  remember:
    "insert into due_times values (?, ?) on conflict (job) do update set last_due = excluded.last_due",
  begin: `insert into deliveries values (?, ?, 1)
    on conflict (function, id) do update set attempts = attempts + 1 returning attempts`,
  end: "delete from deliveries where function = ? and id = ?",
  bury: "insert or replace into dead_letters values (?, ?, ?, ?, ?, ?)",
} as const;

/** One file, `state.sqlite`, for one process. Everything is on the disk when a method returns. */
export class State {
  readonly #database: DatabaseSync;
  readonly #prepared: Readonly<Record<keyof typeof statements, StatementSync>>;

  /** @throws {Error} when the folder cannot be made or written. */
  constructor(folder: string) {
    try {
      mkdirSync(folder, { recursive: true });
      this.#database = new DatabaseSync(join(folder, "state.sqlite"));
      this.#database.exec(schema);
    } catch (error) {
      const why = (error as Error).message;
      throw new Error(
        `Cannot keep state in ${folder}: ${why}. Set FAASADE_STATE to a folder that can be written.`,
      );
    }
    const prepare = (name: keyof typeof statements) => [name, this.#database.prepare(statements[name])];
    this.#prepared = Object.fromEntries(Object.keys(statements).map((name) => prepare(name as "end")));
  }

  /** Up to when a job's due times are planned, in epoch milliseconds; undefined for one never seen. */
  lastDue(job: string): number | undefined {
    return this.#prepared.lastDue.get(job)?.["last_due"] as number | undefined;
  }

  remember(job: string, lastDue: number): void {
    this.#prepared.remember.run(job, lastDue);
  }

  /** @returns which attempt this is: one that no process came to the end of counts as well. */
  begin(functionName: string, id: string): number {
    return this.#prepared.begin.get(functionName, id)?.["attempts"] as number;
  }

  end(functionName: string, id: string): void {
    this.#prepared.end.run(functionName, id);
  }

  bury({ functionName, event, attempts, reason, at }: DeadLetter): void {
    this.#prepared.bury.run(functionName, event.id, encodeStructured(event).body, attempts, reason, at);
  }

  close(): void {
    this.#database.close();
  }
}
