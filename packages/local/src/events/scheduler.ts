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

export interface SchedulerOptions {
  readonly sql: SqlDriver;
  readonly intake: Intake;
  readonly clock: WorldClock;
  readonly onError: (message: string) => unknown;
  /** Told of due times that passed and that the function's `misfire` does not make up for. */
  readonly onMissed: (app: string, functionName: string, missed: number) => unknown;
}

interface Planned extends Job {
  readonly name: string;
  readonly schedule: Schedule;
  lastDue: number;
}

const longestWaitMilliseconds = 60_000;
const againMilliseconds = 1000;
/** How many missed runs `misfire: "all"` makes up for at most. */
const catchUpLimit = 100;
/** A due time this old is still on time: timers are late, laptops are busy. */
const graceSeconds = 60;

export class Scheduler {
  readonly #sql: SqlDriver;
  readonly #intake: Intake;
  readonly #clock: WorldClock;
  readonly #onError: SchedulerOptions["onError"];
  readonly #onMissed: SchedulerOptions["onMissed"];
  #jobs = new Map<string, Planned>();
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: SchedulerOptions) {
    this.#sql = options.sql;
    this.#intake = options.intake;
    this.#clock = options.clock;
    this.#onError = options.onError;
    this.#onMissed = options.onMissed;
    this.#clock.onMove(() => void this.tick());
  }

  /**
   * Reads an app's jobs, and when each was last due; a job seen for the first time counts from now.
   * @returns what replaces the app's jobs by them.
   * @throws {Error} for a schedule that cannot be read, with its function's name; nothing has changed then.
   */
  async plan(app: string, jobs: readonly Job[]): Promise<() => void> {
    const planned: Planned[] = [];
    for (const job of jobs) {
      const name = `${job.app}/${job.functionName}`;
      planned.push({ ...job, name, schedule: read(name, job), lastDue: await this.#lastDue(name) });
    }
    return () => {
      for (const [name, job] of this.#jobs) if (job.app === app) this.#jobs.delete(name);
      for (const job of planned) this.#jobs.set(job.name, job);
      void this.tick();
    };
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

  /** Brings every job up to the clock; one tick at a time. Never throws: what failed is tried again soon. */
  tick(): Promise<void> {
    this.#working = this.#working.then(() => this.#run());
    return this.#working;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#stopped) return;
    let wait = longestWaitMilliseconds;
    for (const job of this.#jobs.values()) {
      try {
        await this.#bringUp(job);
        const now = this.#clock.now();
        wait = Math.min(wait, nextDue(job.schedule, now) - now + 1);
      } catch (error) {
        this.#onError(`Cannot start ${job.name}, which may be due: ${(error as Error).message}`);
        wait = Math.min(wait, againMilliseconds);
      }
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.tick(), wait);
  }

  async #bringUp(job: Planned): Promise<void> {
    const now = this.#clock.now();
    if (job.lastDue - now > graceSeconds * 1000) await this.#beginAnew(job, now);
    const { due, missed } = planDue({
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
    if (missed > 0) this.#onMissed(job.app, job.functionName, missed);
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

  /** The clock went back: what was due in a time that is still to come will be due then. */
  async #beginAnew(job: Planned, now: number): Promise<void> {
    await this.#sql.transaction(async (session) => {
      await session.query("update due_times set last_due = $2 where job = $1", [job.name, now]);
      const runs = `/${job.name} ${job.name}@`;
      await session.query("delete from accepted_events where accepted_at > $1 and starts_with(id, $2)", [
        now,
        runs,
      ]);
    });
    job.lastDue = now;
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

function read(name: string, { cron, timeZone }: Job): Schedule {
  try {
    return schedule({ cron, timeZone });
  } catch (error) {
    throw new Error(`Cannot start ${name} by its schedule: ${(error as Error).message}`, { cause: error });
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
