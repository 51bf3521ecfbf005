// faasade build: turns apps into what a platform runs, and the manifest that deploys them.
import { type Command, Option } from "commander";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { parseChoice } from "../parse.ts";

export interface BuildCommandOptions {
  readonly all?: true;
  readonly target?: string;
  readonly packaging?: string;
  readonly stage: string;
  readonly unit?: "function" | "app";
  readonly cpu?: "x64" | "arm64";
  readonly driver?: Readonly<Record<string, string>>;
  readonly base?: string;
  readonly out?: string;
  readonly json?: true;
}

export default function defineBuild(command: Command): void {
  command
    .argument("[app...]", "which apps; with --all, every one")
    .option("-t, --target <platform>", "such as aws-lambda or knative")
    .option("--all", "every app of the checkout")
    .option("--packaging <name>", "one of the platform's; its first by default")
    .option("--stage <name>", "becomes part of names and labels", "dev")
    .addOption(new Option("--unit <unit>", "what is deployed as one").choices(["function", "app"]))
    .addOption(
      new Option("--cpu <cpu>", "what it runs on; the packaging's own by default").choices(["x64", "arm64"]),
    )
    .option("--driver <resource=driver>", "for a resource, or all of a kind; repeatable", parseChoice)
    .option("--base <image>", "for images: an OCI layout, an archive of one, or a reference")
    .option("--out <folder>", "instead of the app's .faasade")
    .option("--json", "for machines: one line, a list of what was built")
    .action(async (apps: string[], options: BuildCommandOptions) => {
      const { buildApps } = await import("../build/build-apps.ts");
      await buildApps(findRoot(), apps, options);
    });
  command.addHelpText(
    "after",
    "\nNothing is deployed. What is written stands in apps/<app>/.faasade/<platform>, ignored by git.",
  );
  addExamples(command, [
    ["build shop --target aws-lambda", ""],
    ["build --all --target aws-lambda --stage test --json", ""],
    ["build shop --target aws-lambda --unit app --packaging image", "no Docker needed"],
  ]);
}
