// What a cron expression means, independent of the dialect it is written in.
import type { CronFieldName } from "./fields.ts";

export interface CronField {
  readonly text: string;
  /** Ascending. Days of the week run from 0, Sunday, to 6. */
  readonly values: readonly number[];
  /** Whether the field begins with a star, stepped or not. The day rule and the DST rule ask this. */
  readonly wildcard: boolean;
}

export interface Cron {
  /** Five fields, one space apart; a macro is spelled out. */
  readonly expression: string;
  readonly fields: Readonly<Record<CronFieldName, CronField>>;
}

/** Either day field is enough when both are restricted; when one begins with a star, both must match. */
export function eitherDayMatches({ fields }: Cron): boolean {
  return !fields["day-of-month"].wildcard && !fields["day-of-week"].wildcard;
}
