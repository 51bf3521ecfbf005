// A job: a line of the crontab, or what runs once, with what is to happen when it is late or still running.
import type { Misfire, Schedule } from "@faasade/schedules";
import type { Command } from "./jobs/index.ts";

/** What becomes of a due time while a run of the same job waits or has not ended. */
export type Overlap = "skip" | "queue" | "replace";

export interface Job {
  readonly name: string;
  /** A schedule, or one instant in epoch milliseconds. */
  readonly when: Schedule | { readonly at: number };
  /** When it was written down: it owes nothing from before. */
  readonly since: number;
  /** As it stands in the crontab. */
  readonly line: string;
  readonly command: Command;
  readonly overlap: Overlap;
  readonly misfire: Misfire;
  /** How many missed due times `misfire: "all"` makes up for. */
  readonly catchUp: number;
  readonly randomDelayMinutes: number;
  readonly mailTo: readonly string[];
  readonly mailOn: "output" | "failure" | "never";
  /** The dead man's switch: silent for longer than this, and somebody is told. */
  readonly alertAfterSeconds?: number;
}

/** How a due time stands. All but the first two are final. */
export type RunStatus =
  | "due"
  | "started"
  | "ok"
  | "failed"
  /** Another run had not ended. */
  | "skipped"
  /** Nothing ran at the time, and it was not made up for. */
  | "missed"
  | "paused"
  /** A later due time took its place. */
  | "replaced"
  /** Its process ended before it did. */
  | "interrupted";

/** A row of the ledger: one due time of one job, or a gap of those that were missed. Times are RFC 3339. */
export interface Run {
  readonly job: string;
  readonly due: string;
  readonly status: RunStatus;
  readonly line: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly reason?: string;
  /** The end of what it printed. */
  readonly tail?: string;
  /** When the job is due after this. */
  readonly next?: string;
  /** Of a gap: its first due time, and how many there were up to `due`. */
  readonly gap?: { readonly first: string; readonly count: number };
  /** `owed` until who asked for it was told. */
  readonly mail?: "owed" | "sent";
}

export function isFinal(status: RunStatus): boolean {
  return status !== "due" && status !== "started";
}

export function iso(instant: number): string {
  return new Date(instant).toISOString();
}
