// faasade cluster: a local cluster with Knative and a store, by kind.
import type { Command } from "commander";
import { confirm } from "../confirm.ts";
import { addExamples } from "../help.ts";
import { findRoot, resolveFile } from "../here.ts";
import { print, remark } from "../output.ts";

interface Options {
  readonly name: string;
  readonly print?: true;
}

const nameOption = ["--name <name>", "of the cluster, as kind calls it", "faasade"] as const;
const printOption = ["--print", "print the commands, and run none"] as const;

export default function defineCluster(command: Command): void {
  command
    .command("up")
    .description("make it, or go on where it was cut off: Knative Serving and Eventing, Kourier, versitygw")
    .option(...nameOption)
    .option("--from <folder or URL>", "that holds Knative's releases, by their file names")
    .option(...printOption)
    .action(up);
  command
    .command("down")
    .description("delete it, with all that is in it")
    .option(...nameOption)
    .option("--yes", "do not ask")
    .option(...printOption)
    .action(down);
  command
    .command("status")
    .description("what runs in it, and which apps are there")
    .option(...nameOption)
    .option(...printOption)
    .action(status);
  command.addHelpText(
    "after",
    "\nWants Docker, kind and kubectl, about 4 GB of memory, and a network for images. infra/kind/README.md tells more.",
  );
  addExamples(command, [
    ["cluster up", ""],
    ["cluster up --print", "what would be run"],
    ["cluster up --from ./releases", "where GitHub is out of reach"],
    ["cluster down", "asks first; --yes does not"],
  ]);
}

async function up({ name, from, print: only }: Options & { readonly from?: string }): Promise<void> {
  const { contextOf, upSteps } = await import("../cluster/steps.ts");
  const { checkTools, printSteps, runSteps } = await import("../cluster/run.ts");
  const isUrl = from !== undefined && /^https?:\/\//.test(from);
  const place = from === undefined ? {} : { from: isUrl ? from : resolveFile(from) };
  const steps = upSteps({ name, root: findRoot(), ...place });
  if (only) return printSteps(steps);
  await checkTools(["docker", "kind", "kubectl"]);
  await runSteps(steps);
  print(`the cluster ${name} is up: its context is ${contextOf(name)}`);
  remark(
    `Deploy to it: npm run faasade -- deploy <app> --target knative --place context=${contextOf(name)} --place kind=${name}`,
  );
}

async function down({ name, yes, print: only }: Options & { readonly yes?: true }): Promise<void> {
  const { downSteps } = await import("../cluster/steps.ts");
  const { checkTools, printSteps, runSteps } = await import("../cluster/run.ts");
  const steps = downSteps({ name });
  if (only) return printSteps(steps);
  if (!yes) await confirm(`delete the cluster ${name} with all that is in it`);
  await checkTools(["kind"]);
  await runSteps(steps);
  print(`the cluster ${name} is gone`);
}

async function status({ name, print: only }: Options): Promise<void> {
  const { statusSteps } = await import("../cluster/steps.ts");
  const { checkTools, printSteps, runSteps } = await import("../cluster/run.ts");
  const steps = statusSteps({ name });
  if (only) return printSteps(steps);
  await checkTools(["kubectl"]);
  await runSteps(steps);
}
