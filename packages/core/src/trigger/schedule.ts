// Started by the clock.
import type { CloudEvent } from "../cloudevents/event.ts";
import type { Trigger } from "./catalog.ts";

export interface ScheduleData {
  /** The qualified name of the function. */
  readonly job: string;
  /** The instant at which the run was due, RFC 3339; it may start later. */
  readonly due: string;
}

export interface ScheduleTrigger extends Trigger<"schedule", CloudEvent<ScheduleData>, void> {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string;
  /** IANA time zone. */
  readonly timeZone: string;
  /** What happens to runs that were due while nothing ran. */
  readonly misfire: "skip" | "once" | "all";
}

/** Starts the function at each due time: `schedule("0 6 * * *", { timeZone: "Europe/Berlin" })`. */
export function schedule(
  cron: string,
  options: { readonly timeZone?: string; readonly misfire?: ScheduleTrigger["misfire"] } = {},
): ScheduleTrigger {
  return { kind: "schedule", cron, timeZone: options.timeZone ?? "UTC", misfire: options.misfire ?? "once" };
}
