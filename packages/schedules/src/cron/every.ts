// Intervals of real time, which some dialects have instead of fields, as the cron that is due as often.
import { ScheduleError } from "../error.ts";
import type { Cron } from "./cron.ts";
import { parseCron } from "./parse.ts";

/**
 * Due every so many minutes, at whole multiples since midnight: a platform counts from when the schedule was made,
 * which no expression says.
 * @throws {ScheduleError} for an interval that does not divide the hour, the day, or is not one day.
 */
export function everyMinutes(expression: string, minutes: number): Cron {
  const fields = fieldsOf(minutes);
  if (fields !== undefined) return { ...parseCron(fields), expression };
  throw new ScheduleError(
    `Cannot read "${expression}" as cron: ${minutes} minutes divide neither the hour nor the day, so that the times ` +
      "would be others each day. Use an interval that does, such as 5, 15 or 60 minutes.",
    { position: 1, found: expression },
  );
}

function fieldsOf(minutes: number): string | undefined {
  const hours = minutes / 60;
  if (minutes === 1) return "* * * * *";
  if (minutes >= 2 && minutes <= 30 && 60 % minutes === 0) return `*/${minutes} * * * *`;
  if (hours === 1) return "0 * * * *";
  if (hours >= 2 && hours <= 12 && 24 % hours === 0) return `0 */${hours} * * *`;
  return hours === 24 ? "0 0 * * *" : undefined;
}
