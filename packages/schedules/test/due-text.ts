// Due times as text, to compare at a glance.
import { expect } from "vitest";
import { dueBetween, previousDue, schedule } from "../src/index.ts";

/** Due times between two instants, as text without seconds; previousDue must find the same backwards. */
export function due(cron: string, timeZone: string, from: string, to: string): string[] {
  const instants = [...dueBetween(schedule({ cron, timeZone }), Date.parse(from), Date.parse(to))];
  const backwards: number[] = [];
  let instant = previousDue(schedule({ cron, timeZone }), Date.parse(to) + 1);
  for (; instant > Date.parse(from); instant = previousDue(schedule({ cron, timeZone }), instant)) {
    backwards.unshift(instant);
  }
  expect(backwards).toEqual(instants);
  return instants.map((found) => new Date(found).toISOString().replace(":00.000Z", "Z"));
}
