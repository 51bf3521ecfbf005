// The front door: cron expressions with a time zone, and the instants at which they are due.
export { instantAt } from "./at.ts";
export type { Cron, CronField } from "./cron/cron.ts";
export type { CronFieldName } from "./cron/fields.ts";
export { parseCron } from "./cron/parse.ts";
export { type Crontab, type CrontabEntry, type CrontabProblem, parseCrontab } from "./crontab.ts";
export { dueBetween, nextDue, previousDue } from "./due.ts";
export { ScheduleError, type ScheduleErrorDetails } from "./error.ts";
export { fromAws } from "./from/aws.ts";
export { fromAzure } from "./from/azure.ts";
export { fromGoogle } from "./from/google.ts";
export { fromKubernetes } from "./from/kubernetes.ts";
export { type DuePlan, dueId, type Misfire, planDue } from "./ledger.ts";
export { type Schedule, schedule } from "./schedule.ts";
export { toAws } from "./to/aws.ts";
export { toAzure } from "./to/azure.ts";
export { toGoogle } from "./to/google.ts";
export { toKubernetes } from "./to/kubernetes.ts";
export type { PlatformSchedule } from "./to/platform-schedule.ts";
