// Damaged events, many, one after the other: what became of them is counted, and each kind of end has to come.
import { expect } from "vitest";
import { damagedCount, type Random, seeded } from "./mutate.ts";

/** Of processor time: what a busy machine takes away is not counted. */
const longestMilliseconds = 50_000;

/** For `it`: whoever hangs uses no processor time. */
export const fuzzed = { timeout: 240_000 };

export interface Damaged<Outcome extends string> {
  /** What is damaged, such as "events". */
  readonly what: string;
  readonly seed: number;
  /** Samples, as JSON. */
  readonly events: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Damages and sends. @returns how it ended, where that counts. @throws {Error} for a fault of the adapter. */
  send(event: unknown, random: Random): Promise<Outcome | undefined>;
}

/** Stops at `damagedCount`, or when its time is up; the line that it prints says how far it came. */
export async function sendDamaged<Outcome extends string>(damaged: Damaged<Outcome>): Promise<void> {
  const { what, seed, events, outcomes, send } = damaged;
  const random = seeded(seed);
  const began = process.cpuUsage();
  const used = (): number => {
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1000;
  };
  const counts = Object.fromEntries(outcomes.map((outcome) => [outcome, 0])) as Record<Outcome, number>;
  let run = 0;
  await withoutStacks(async () => {
    for (; run < damagedCount && (run % 100 !== 0 || used() < longestMilliseconds); run += 1) {
      const outcome = await send(JSON.parse(events[run % events.length] ?? ""), random).catch((cause) => {
        throw new Error(`Run ${run} of seed ${seed}: ${(cause as Error).message}`, { cause });
      });
      if (outcome !== undefined) counts[outcome] += 1;
    }
  });
  const seconds = (used() / 1000).toFixed(1);
  console.info(
    `fuzz: ${run} of ${damagedCount} damaged ${what} in ${seconds} s of processor time, seed ${seed}: ${JSON.stringify(counts)}`,
  );
  expect(run).toBeGreaterThan(0);
  for (const count of Object.values<number>(counts)) expect(count).toBeGreaterThan(run / 1000);
}

/** Most of the events end as an error, and to tell where each came from takes longer than all the rest. */
async function withoutStacks(work: () => Promise<void>): Promise<void> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    await work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
