// What a platform's own scheduler is given for a schedule of ours.

export interface PlatformSchedule {
  /** In the platform's dialect. Each makes a trigger of its own; it takes them all to have every due time. */
  readonly expressions: readonly string[];
  /** IANA name. The expressions are to be read in this zone. */
  readonly timeZone: string;
}

/** A zone's name as the time zone database has it: platforms mind its case. */
export function zoneName(timeZone: string): string {
  const name = new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  // Intl answers an alias with the zone's other name, often its older one. An alias stays as it was given.
  return name.toLowerCase() === timeZone.toLowerCase() ? name : timeZone;
}
