// One run of one schedule, for platforms that start a process per due time.
import type { App } from "@faasade/core/adapter";
import { scheduleEvent } from "../schedule-event.ts";

/**
 * Runs the schedule that is due. The due time comes from `FAASADE_DUE` (RFC 3339), or from the name of a Kubernetes
 * Job in `FAASADE_JOB`, which ends in the minutes since 1970; else it is this minute.
 * @returns the exit code: 0 when it is done, 1 when it should be tried again, 2 when that would not help.
 */
export async function runJob(app: App, functionName: string): Promise<number> {
  const event = scheduleEvent(app.name, functionName, dueTime());
  const outcome = await app.events(functionName, { events: [event] });
  await app.close();
  const error = outcome.ok ? outcome.reply.failed[0]?.error : outcome.error;
  if (error === undefined) return 0;
  console.error(error.message);
  return error.redeliver ? 1 : 2;
}

function dueTime(): number {
  const { FAASADE_DUE: due, FAASADE_JOB: name } = process.env;
  if (due !== undefined) {
    const time = Date.parse(due);
    if (!Number.isNaN(time)) return time;
    throw new Error(`Cannot run the schedule: FAASADE_DUE is "${due}". Write it as 2026-01-31T06:00:00Z.`);
  }
  const minutes = /-(\d{8,9})$/.exec(name ?? "")?.[1];
  return (minutes === undefined ? Math.floor(Date.now() / 60_000) : Number(minutes)) * 60_000;
}
