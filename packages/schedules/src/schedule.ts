// A schedule: a cron expression in a time zone, ready to be asked when it is due.
import type { Cron } from "./cron/cron.ts";
import { parseCron } from "./cron/parse.ts";
import { compile, type Timetable } from "./timetable.ts";
import { type Zone, zoneOf } from "./zone.ts";

export interface Schedule {
  readonly cron: Cron;
  readonly timeZone: string;
  readonly timetable: Timetable;
  readonly zone: Zone;
  /** Times that a gap swallows are made up for at its end: the hour field does not begin with `*`. */
  readonly makesUp: boolean;
  /** Times that a fold repeats are due both times: the minute or the hour field begins with `*`. */
  readonly repeats: boolean;
}

/**
 * @param options.cron an expression, or one already parsed.
 * @param options.timeZone IANA name.
 * @throws {ScheduleError} for an expression or a time zone that cannot be read.
 */
export function schedule(options: { cron: string | Cron; timeZone?: string | undefined }): Schedule {
  const { timeZone = "UTC" } = options;
  const cron = typeof options.cron === "string" ? parseCron(options.cron) : options.cron;
  const { hour, minute } = cron.fields;
  return {
    cron,
    timeZone,
    timetable: compile(cron),
    zone: zoneOf(timeZone),
    makesUp: !hour.wildcard,
    repeats: hour.wildcard || minute.wildcard,
  };
}
