// The options by which a command works on what was deployed, in place of the local world.
import type { Command } from "commander";

export interface StageOptions {
  readonly stage?: string;
  readonly target?: string;
}

export function addStageOptions(command: Command): Command {
  return command
    .option("--stage <stage>", "on what was deployed to this stage; by default on the local world")
    .option("-t, --target <platform>", "where it was deployed, where that is not the only place");
}
