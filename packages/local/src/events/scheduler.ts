// Starts scheduled functions at their due times, remembers the last one, and makes up for those missed.
import type { SqlDriver } from "@faasade/connectors/sql";
import type { CloudEvent } from "@faasade/core";
import { dueId, nextDue, planDue, type Schedule, schedule } from "@faasade/schedules";
import type { WorldClock } from "../clock.ts";
import type { Intake, Subscriber } from "./intake.ts";

export interface Job extends Subscriber {
  readonly cron: string;
  readonly timeZone: string;
  readonly misfire: "skip" | "once" | "all";
}

interface Planned extends Job {
  readonly name: string;
  readonly schedule: Schedule;
  lastDue: number;
}

const longestWaitMilliseconds = 60_000;
/** How many missed runs `misfire: "all"` makes up for at most. */
const catchUpLimit = 100;
/** A due time this old is still on time: timers are late, laptops are busy. */
const graceSeconds = 60;

export class Scheduler {
  readonly #sql: SqlDriver;
  readonly #intake: Intake;
  readonly #clock: WorldClock;
  readonly #onError: (message: string) => void;
  #jobs = new Map<string, Planned>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: {
    sql: SqlDriver;
    intake: Intake;
    clock: WorldClock;
    onError: (message: string) => void;
  }) {
    this.#sql = options.sql;
    this.#intake = options.intake;
    this.#clock = options.clock;
    this.#onError = options.onError;
    this.#clock.onMove(() => void this.tick());
  }

  /** Replaces an app's jobs; a job seen for the first time counts from now. */
  async plan(app: string, jobs: readonly Job[]): Promise<void> {
    for (const [name, job] of this.#jobs) if (job.app === app) this.#jobs.delete(name);
    for (const job of jobs) {
      const name = `${job.app}/${job.functionName}`;
      const planned = schedule({ cron: job.cron, timeZone: job.timeZone });
      this.#jobs.set(name, { ...job, name, schedule: planned, lastDue: await this.#lastDue(name) });
    }
    await this.tick();
  }

  /** Epoch milliseconds; undefined for what is not scheduled. */
  nextDue(name: string): number | undefined {
    const job = this.#jobs.get(name);
    return job && nextDue(job.schedule, this.#clock.now());
  }

  /** Runs a job now, besides its due times. @returns the event's id. */
  async runNow(job: Subscriber): Promise<string> {
    const name = `${job.app}/${job.functionName}`;
    const event = toEvent(name, this.#clock.now(), `${name}@${crypto.randomUUID()}`);
    await this.#intake.accept(event, [job], job.app);
    return event.id;
  }

  /** Brings every job up to the clock; one tick at a time. */
  tick(): Promise<void> {
    clearTimeout(this.#timer);
    this.#working = this.#working
      .then(() => this.#run())
      .catch((error: Error) => this.#onError(`Cannot start due jobs: ${error.message}`));
    return this.#working;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#working;
  }

  async #run(): Promise<void> {
    if (this.#stopped) return;
    for (const job of this.#jobs.values()) await this.#bringUp(job);
    clearTimeout(this.#timer);
    const now = this.#clock.now();
    const waits = [...this.#jobs.values()].map((job) => nextDue(job.schedule, now) - now);
    this.#timer = setTimeout(() => void this.tick(), Math.min(longestWaitMilliseconds, ...waits) + 1);
  }

  async #bringUp(job: Planned): Promise<void> {
    const now = this.#clock.now();
    const { due } = planDue({
      schedule: job.schedule,
      lastDue: job.lastDue,
      now,
      misfire: job.misfire,
      limit: catchUpLimit,
      graceSeconds,
    });
    for (const at of due) {
      await this.#intake.accept(toEvent(job.name, at, dueId(job.name, at)), [job], job.app);
    }
    if (due.length > 0 || now - job.lastDue > longestWaitMilliseconds) await this.#remember(job, now);
  }

  async #remember(job: Planned, at: number): Promise<void> {
    await this.#sql.transaction((session) =>
      session.query(
        "insert into due_times values ($1, $2) on conflict (job) do update set last_due = greatest(due_times.last_due, excluded.last_due)",
        [job.name, at],
      ),
    );
    job.lastDue = at;
  }

  async #lastDue(name: string): Promise<number> {
    const now = this.#clock.now();
    const { rows } = await this.#sql.transaction(async (session) => {
      await session.query("insert into due_times values ($1, $2) on conflict do nothing", [name, now]);
      return session.query<{ last_due: string | number }>("select last_due from due_times where job = $1", [
        name,
      ]);
    });
    return Number(rows[0]?.last_due ?? now);
  }
}

function toEvent(job: string, at: number, id: string): CloudEvent {
  const due = new Date(at).toISOString();
  return {
    specversion: "1.0",
    id,
    source: `/${job}`,
    type: "dev.faasade.schedule.due",
    time: due,
    datacontenttype: "application/json",
    data: { job, due },
    extensions: {},
  };
}
