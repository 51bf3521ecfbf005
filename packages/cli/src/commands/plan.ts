// faasade plan: what a deployment would create, change and remove, what functions may do, and the exact commands.
import type { Command } from "commander";
import { addWhatOptions, type WhatOptions } from "../deploy/options.ts";
import { refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { printJson } from "../output.ts";

export default function definePlan(command: Command): void {
  addWhatOptions(command)
    .option("--print", "the commands alone, a line each")
    .option("--json", "for machines: one line, the whole plan")
    .action(plan);
  command.addHelpText(
    "after",
    "\nBuilds the app and asks the platform what stands; changes nothing there. Where the platform cannot be asked,\n" +
      "a first deployment is planned, and said to be that; what is not known stands as <name>, and it exits with 0. Exits\n" +
      "with 3 when the deployment would be refused.",
  );
  addExamples(command, [
    ["plan shop --target aws-lambda --stage demo", ""],
    ["plan shop --target aws-lambda --stage demo --place region=eu-central-1 --json", ""],
    ["plan shop --stage demo --unit app", "what a switch would do"],
  ]);
}

async function plan(
  app: string | undefined,
  options: WhatOptions & { readonly print?: true },
): Promise<void> {
  const { choose } = await import("../deploy/choose.ts");
  const { makePlan } = await import("../deploy/make-plan.ts");
  const { planForMachines, showPlan } = await import("../deploy/show-plan.ts");
  const { printCommands } = await import("../deploy/print-commands.ts");
  const chosen = await choose(findRoot(), "plan", app, options);
  const made = await makePlan(chosen, options, true);
  if (options.json) printJson(planForMachines(made));
  else if (options.print) printCommands(made.steps);
  else showPlan(made);
  if (made.refusal !== undefined) throw refused(made.refusal);
}
