// faasade destroy: takes a stage away, and asks the platform what is left.
import type { Command } from "commander";
import { addWhereOptions, placeCodes, type WhereOptions } from "../deploy/options.ts";
import { exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { count, print, printJson, remark } from "../output.ts";

interface DestroyOptions extends WhereOptions {
  readonly deleteData?: true;
  readonly print?: true;
  readonly yes?: true;
}

export default function defineDestroy(command: Command): void {
  addWhereOptions(command)
    .option("--delete-data", "stores go too, with what they hold")
    .option("--print", "print the commands, and run nothing")
    .option("--yes", "do not ask")
    .option("--json", 'for machines: {"app":…,"stage":…,"platform":…,"left":[…],"steps":[…]}')
    .action(destroy);
  command.addHelpText(
    "after",
    "\nStores that hold data are kept and named, unless --delete-data. Killed at any moment and started again, it goes\n" +
      "on. What is left at the end is asked from the platform by tag. --print needs no place and no credentials: where\n" +
      "nobody can ask what stands, its commands do, and what is not known stands as <name>.\n" +
      `${placeCodes} With 1 too when something is left that should not be.`,
  );
  addExamples(command, [
    ["destroy shop --stage demo", ""],
    ["destroy shop --stage demo --delete-data --yes", "nothing is left"],
    ["destroy shop --target aws-lambda --stage demo --print", "what would run"],
  ]);
}

async function destroy(app: string | undefined, options: DestroyOptions): Promise<void> {
  const root = findRoot();
  const deleteData = options.deleteData === true;
  const { choose } = await import("../deploy/choose.ts");
  const { sayUnasked } = await import("../deploy/print-commands.ts");
  const { commandsOf } = await import("../deploy/show-plan.ts");
  const { printCommands } = await import("../deploy/print-commands.ts");
  const { planDestruction, destroy: run } = await import("@faasade/deploy");
  const chosen = await choose(root, "destroy", app, options);
  const { id, ledger } = chosen;
  const request = { ...chosen, deleteData, unasked: options.print === true };
  const plan = await planDestruction(request);
  if (plan.standing.state === "unknown") sayUnasked(plan.standing, "they find out themselves");
  if (options.print)
    return options.json
      ? printJson({ ...id, kept: plan.kept, removed: plan.removed, commands: commandsOf(plan.steps) })
      : printCommands(plan.steps);
  const { progress } = await import("../deploy/progress.ts");
  if (plan.removed.length > 0 && !options.yes) {
    const { confirm } = await import("../confirm.ts");
    for (const { type, id } of plan.removed) remark(`- ${type} ${id}`);
    await confirm(`remove ${count(plan.removed.length, "resource")} of ${id.name} on ${id.platform}`);
  }
  const { left, steps } = await run(root, request, plan, ledger, progress);
  const unwanted = left.filter(({ holdsData }) => deleteData || !holdsData);
  if (unwanted.length > 0) process.exitCode = exitCodes.failed;
  const { app: name, stage, platform } = id;
  if (options.json) return printJson({ app: name, stage, platform, left, steps });
  for (const { type, id, holdsData } of left)
    print(`${holdsData ? "kept, with its data" : "left"}: ${type} ${id}`);
  if (left.length > 0)
    print(
      unwanted.length > 0
        ? "Run this again: what is left was not gone yet, or is named above with the reason."
        : `To remove ${left.length === 1 ? "it" : "them"}: npm run faasade -- destroy ${name} --target ${platform} --stage ${stage} --delete-data`,
    );
  print(`asked by tag: ${left.length} left`);
}
