// faasade run: one function, built, on this machine, as a platform runs it.
import { type Command, Option } from "commander";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { parseChoice, parseWhole } from "../parse.ts";

export interface RunOptions {
  readonly as: string;
  readonly packaging?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly driver?: Readonly<Record<string, string>>;
  readonly port: number;
  readonly event?: string;
}

export default function defineRun(command: Command): void {
  command
    .argument("<function>", "app/function, or its name alone where that is unique")
    .requiredOption("--as <platform>", "such as aws-lambda or knative")
    .option("--packaging <name>", "one of the platform's; its first by default")
    .option("--env <name=value>", "what the operator sets, such as PHOTOS_URL; repeatable", parseChoice)
    .option("--driver <resource=driver>", "for a resource, or all of a kind; repeatable", parseChoice)
    .addOption(
      new Option("--port <port>", "where it answers; any free one by default")
        .argParser(parseWhole(0, 65_535))
        .default(0),
    )
    .option("--event <json>", "hands over one native event, prints the answer, and ends; @file reads a file")
    .action(async (name: string, options: RunOptions) => {
      const { runFunction } = await import("../run/run-function.ts");
      await runFunction(findRoot(), name, options);
    });
  command.addHelpText(
    "after",
    [
      "\nThe artefact is the one that `build` makes, for this machine's processor. It runs in the platform's own",
      "runtime where `npm run test:runtimes` has installed it, else in a double; the output says which.",
      "Ctrl-C stops it cleanly and exits with 0, of which npm makes 130; while it still builds, with 130.",
    ].join("\n"),
  );
  addExamples(command, [
    ["run shop/charge --as aws-lambda", "then: curl -X POST http://127.0.0.1:…/charges"],
    ["run shop/close-day --as aws-lambda --event @event.json", ""],
  ]);
}
