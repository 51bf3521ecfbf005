// What a cron expression means, independent of the dialect it is written in.
import type { CronFieldName } from "./fields.ts";

export interface CronField {
  readonly text: string;
  /** Ascending. Days of the week run from 0, Sunday, to 6. */
  readonly values: readonly number[];
  /** Whether the field begins with a star, stepped or not, or says the same. The DST rule asks this. */
  readonly wildcard: boolean;
}

export interface Cron {
  /** As its dialect writes it, one space apart; a crontab's macro is spelled out. */
  readonly expression: string;
  readonly fields: Readonly<Record<CronFieldName, CronField>>;
  /** Whether a day that matches one of the day fields is due; else it must match both. */
  readonly eitherDay: boolean;
}
