// Runs what is due: node-cron looks once a minute, packages/schedules says which due times that comes to.
import type { FunctionEntry } from "@faasade/core/adapter";
import { planDue, type Schedule, schedule } from "@faasade/schedules";
import { scheduleEvent } from "../shared/schedule-event.ts";
import { type DeliveryParts, deliver } from "./delivery.ts";
import type { Worker } from "./worker.ts";

interface Job {
  readonly entry: FunctionEntry;
  readonly name: string;
  readonly schedule: Schedule;
  readonly misfire: "skip" | "once" | "all";
  running?: Promise<void>;
}

/** A due time this old is still on time. */
const graceSeconds = 60;
const catchUpLimit = 100;

/** @throws {Error} for a schedule that cannot be read, with its function's name. */
export function openSchedules(entries: readonly FunctionEntry[], parts: DeliveryParts): Worker {
  const jobs = entries.flatMap((entry) => jobOf(entry, parts));
  for (const { name } of jobs)
    if (parts.state.lastDue(name) === undefined) parts.state.remember(name, parts.host.clock.now());
  const tick = (): void => {
    for (const job of jobs) job.running ??= bringUp(job, parts).finally(() => delete job.running);
  };
  let stop: () => unknown = () => {};
  return {
    async start() {
      if (jobs.length === 0) return;
      const { schedule: every } = await import("node-cron");
      const task = every("* * * * *", tick);
      stop = () => task.destroy();
      tick();
    },
    async stop() {
      await stop();
      await Promise.all(jobs.map(({ running }) => running));
    },
  };
}

function jobOf(entry: FunctionEntry, { app }: DeliveryParts): Job[] {
  const { trigger } = entry;
  if (trigger.kind !== "schedule") return [];
  const { cron, timeZone, misfire } = trigger;
  const name = `${app.name}/${entry.name}`;
  return [{ entry, name, schedule: schedule({ cron, timeZone }), misfire }];
}

/** Runs of one job never overlap. A due time is remembered when its run came to an end. Never throws. */
async function bringUp({ entry, name, schedule, misfire }: Job, parts: DeliveryParts): Promise<void> {
  const { state, host, app, signal } = parts;
  const tell = (message: string): void =>
    host.log({
      time: host.clock.now(),
      level: "warn",
      message,
      function: entry.name,
      invocation: "",
      traceparent: "",
    });
  try {
    const now = host.clock.now();
    const lastDue = state.lastDue(name) ?? now;
    // The clock went back: what was due in a time that is still to come will be due then.
    if (lastDue - now > graceSeconds * 1000) state.remember(name, now);
    const plan = planDue({ schedule, lastDue, now, misfire, limit: catchUpLimit, graceSeconds });
    if (plan.missed > 0)
      tell(`${plan.missed} due times passed and are not made up for: misfire is "${misfire}"`);
    for (const due of plan.due) {
      await deliver(parts, entry, scheduleEvent(app.name, entry.name, due));
      state.remember(name, due);
    }
    if (plan.missed > 0 || plan.due.length > 0) state.remember(name, now);
  } catch (error) {
    if (!signal.aborted)
      tell(`Cannot run what is due, and try again in a minute: ${(error as Error).message}`);
  }
}
