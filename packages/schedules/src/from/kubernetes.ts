// Reads the schedules of Kubernetes CronJob and Knative PingSource, as robfig/cron does.
import type { Cron, CronField } from "../cron/cron.ts";
import { everyMinutes } from "../cron/every.ts";
import { rangesWithWeekdays } from "../cron/fields.ts";
import { readCron } from "../cron/parse.ts";
import type { Notation } from "../cron/read-fields.ts";

const robfig: Notation = {
  ranges: rangesWithWeekdays({ min: 0, max: 6, maxWritten: 6 }),
  stepsFromValue: true,
  eitherDay: (dayOfMonth, dayOfWeek) => !isStar(dayOfMonth) && !isStar(dayOfWeek),
};

/**
 * Five fields, in which `?` is `*`, a macro, or `@every` with whole minutes and hours. Either day field is enough
 * unless one has a star without a step.
 * @throws {ScheduleError} for what cannot be read, a zone within the expression included.
 * @see https://github.com/robfig/cron/tree/v3.0.1 getRange in parser.go, dayMatches in spec.go
 */
export function fromKubernetes(expression: string): Cron {
  const [, hours, minutes] = /^\s*@every\s+(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:0s)?\s*$/.exec(expression) ?? [];
  if (hours !== undefined || minutes !== undefined)
    return everyMinutes(expression.trim(), Number(hours ?? 0) * 60 + Number(minutes ?? 0));
  return readCron(expression.replaceAll("?", "*"), robfig);
}

function isStar({ text }: CronField): boolean {
  return text.split(",").some((item) => item === "*" || item === "*/1");
}
