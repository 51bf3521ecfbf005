// Runs steps one after the other, each announced by its command; the first that fails ends it.
import type { Step } from "./target.ts";

export interface Progress {
  /** Before a step runs. */
  readonly starts: (step: Step) => void;
  /** While it runs, and what came of it: a line. */
  readonly says: (line: string) => void;
}

export interface StepOutcome {
  readonly name: string;
  readonly command: string;
  /** Absent where nothing had to be done. */
  readonly outcome?: string;
  readonly milliseconds: number;
}

/** @throws {Error} what the step threw, with its name before it. */
export async function runSteps(steps: readonly Step[], { starts, says }: Progress): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  for (const step of steps) {
    starts(step);
    const before = performance.now();
    const outcome = await step.run(says);
    says(outcome ?? "nothing to do");
    const milliseconds = Math.round(performance.now() - before);
    const { name, command } = step;
    outcomes.push({ name, command, milliseconds, ...(outcome === undefined ? {} : { outcome }) });
  }
  return outcomes;
}
