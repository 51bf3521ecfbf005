// The one error of this package: what cannot be scheduled, where, and what would do.
import type { CronFieldName } from "./cron/fields.ts";

export interface ScheduleErrorDetails {
  readonly field?: CronFieldName;
  /** Where `found` starts in the expression; the first character is 1. */
  readonly position?: number;
  readonly found?: string;
  readonly allowed?: string;
}

export class ScheduleError extends Error {
  override readonly name = "ScheduleError";
  readonly details: ScheduleErrorDetails;

  constructor(message: string, details: ScheduleErrorDetails = {}) {
    super(message);
    this.details = details;
  }
}
