// faasade deploy: brings an app to a stage by the platform's own tool or SDK.
import type { Command } from "commander";
import { addWhatOptions, placeCodes, type WhatOptions } from "../deploy/options.ts";
import { refused } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { printJson, remark } from "../output.ts";

export interface DeployOptions extends WhatOptions {
  readonly print?: true;
  readonly yes?: true;
}

export default function defineDeploy(command: Command): void {
  addWhatOptions(command)
    .option("--print", "print the commands, and run nothing")
    .option("--yes", "do not ask before something is removed")
    .option("--json", 'for machines: {"app":…,"stage":…,"platform":…,"url":…,"unchanged":…,"steps":[…]}')
    .action(deploy);
  command.addHelpText(
    "after",
    "\nSays each command before it runs. Killed at any moment and started again, it goes on and ends in the same state;\n" +
      "what stands already is left alone. Nothing is deployed by a tool of our own: each step is a call of the platform's.\n" +
      "The place is asked before anything is built. --print needs no place and no credentials: what is not known stands\n" +
      `as <name> in its commands. ${placeCodes} With 3 when it is refused, --print\nor not: something is missing, or would be left behind.`,
  );
  addExamples(command, [
    ["deploy shop --target aws-lambda --stage demo", ""],
    ["deploy shop --target aws-lambda --stage demo --print", "what would run"],
    ["deploy shop --stage demo --create-secrets --set MAX_PIXELS=1000000", ""],
  ]);
}

async function deploy(app: string | undefined, options: DeployOptions): Promise<void> {
  const root = findRoot();
  const { choose } = await import("../deploy/choose.ts");
  const { makePlan } = await import("../deploy/make-plan.ts");
  const chosen = await choose(root, "deploy", app, options);
  const plan = await makePlan(chosen, options, options.print === true);
  if (options.print) {
    const { printCommands, sayUnasked } = await import("../deploy/print-commands.ts");
    if (plan.standing.state === "unknown") sayUnasked(plan.standing, "they are those of a first deployment");
    if (plan.unchanged) remark("Nothing to do: what stands is what was built.");
    printCommands(plan.steps);
    if (plan.refusal !== undefined) throw refused(plan.refusal);
    return;
  }
  const { deploy: run } = await import("@faasade/deploy");
  const { confirmRemovals } = await import("../deploy/confirm-removals.ts");
  const { progress } = await import("../deploy/progress.ts");
  const { showDeployed } = await import("../deploy/show-deployed.ts");
  if (plan.refusal === undefined && !options.yes) await confirmRemovals(plan);
  const deployed = await run(root, chosen.target, chosen.place, plan, progress);
  const { ledger, unchanged, steps } = deployed;
  const { app: name, stage, platform, url, resources } = ledger;
  if (options.json) printJson({ app: name, stage, platform, url, unchanged, resources, steps });
  else await showDeployed(root, deployed);
}
