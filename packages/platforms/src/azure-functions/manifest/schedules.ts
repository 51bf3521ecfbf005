// Due times as the host's timers take them.
import { ScheduleError, schedule, toAzure } from "@faasade/schedules";
import { type Started, startedBy } from "../../shared/manifest/deployment.ts";
import type { Plan } from "./plan.ts";
import { refused } from "./refusal.ts";

/** The expressions of each scheduled function. @throws {ManifestRefusal} for what a timer cannot say. */
export function timersOf(plan: Plan): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(startedBy(plan, "schedule").map((one) => [one.fn.name, expressionsOf(one)]));
}

function expressionsOf({ fn, trigger: { cron, timeZone } }: Started<"schedule">): readonly string[] {
  const { expressions, timeZone: zone } = convert(fn.name, cron, timeZone);
  if (expressions.length > 0 && isUtc(zone)) return expressions;
  throw refused(
    fn.name,
    `it is due by the clock of ${zone}, and timers of the Flex Consumption plan know UTC alone`,
    "Write the schedule in UTC, or deploy it to a platform whose schedules have a time zone, such as aws-lambda",
  );
}

function isUtc(zone: string): boolean {
  return /^(?:(?:Etc\/)?(?:UTC|UCT|GMT|Universal|Zulu|Greenwich)|(?:Etc\/)?GMT[+-]?0)$/i.test(zone);
}

function convert(name: string, cron: string, timeZone: string) {
  try {
    return toAzure(schedule({ cron, timeZone }));
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw refused(name, error.message.replace(/\.$/, ""), "Write the schedule so that it can be said there");
  }
}
