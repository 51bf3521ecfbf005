// Deploys or destroys a stage until it kills itself: before a step, or while that runs.
import type { BuildResult } from "@faasade/build";
import { deployStage, destroyStage, type Stage } from "./stages.ts";

export interface KilledChild {
  readonly what: "deploy" | "destroy";
  readonly stage: Stage;
  readonly build: BuildResult;
  /** The number of the step, from 0. */
  readonly at: number;
  readonly when: "before" | "during";
}

const { what, stage, build, at, when } = JSON.parse(process.argv[2] ?? "{}") as KilledChild;
let count = 0;
const starts = (): void => {
  if (count++ !== at) return;
  const end = (): void => void process.kill(process.pid, "SIGKILL");
  if (when === "before") end();
  else setImmediate(end);
};
if (what === "deploy") await deployStage(stage, build, { starts });
else await destroyStage(stage, true, starts);
console.log(`not killed: there are ${count} steps`);
