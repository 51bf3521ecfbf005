// Whether something is the matter: opened when a score reaches what a rule raises at, closed when it is clear again.
import type { Rule } from "./resources/rules.ts";

/** What a rule knows of a device: its newest reading, and since when something is the matter. */
export interface Watch {
  readonly at: number;
  readonly value: number;
  readonly openedAt: number | undefined;
}

export interface Change {
  readonly state: "opened" | "closed";
  /** Names the incident, with rule and device. */
  readonly openedAt: number;
  readonly at: number;
  readonly value: number;
}

/**
 * Goes through readings from the oldest; what is older than the newest that is known changes nothing any more. Between
 * `clear` and `raise` all stays as it is, so that a value on the edge alerts once.
 */
export function judge(
  rule: Rule,
  known: Watch | undefined,
  readings: readonly { readonly at: number; readonly value: number }[],
): { watch: Watch | undefined; changes: readonly Change[] } {
  let watch = known;
  const changes: Change[] = [];
  for (const { at, value } of readings.toSorted(
    (one, other) => one.at - other.at || one.value - other.value,
  )) {
    if (watch !== undefined && at <= watch.at) continue;
    const score = scores[rule.kind](value, at, watch);
    let openedAt = watch?.openedAt;
    if (openedAt === undefined && score >= raiseOf(rule)) {
      openedAt = at;
      changes.push({ state: "opened", openedAt, at, value });
    } else if (openedAt !== undefined && score <= clearOf(rule)) {
      changes.push({ state: "closed", openedAt, at, value });
      openedAt = undefined;
    }
    watch = { at, value, openedAt };
  }
  return { watch, changes };
}

const scores: Readonly<
  Record<Rule["kind"], (value: number, at: number, before: Watch | undefined) => number>
> = {
  above: (value) => value,
  below: (value) => -value,
  rate: (value, at, before) =>
    before === undefined ? Number.NaN : (Math.abs(value - before.value) / (at - before.at)) * 60_000,
  // A reading ends the silence; that one begins, only the clock can tell.
  missing: () => Number.NEGATIVE_INFINITY,
};

function raiseOf({ kind, raise }: Rule): number {
  return kind === "below" ? -raise : raise;
}

function clearOf({ kind, clear }: Rule): number {
  return kind === "below" ? -clear : clear;
}
