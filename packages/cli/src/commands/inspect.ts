// faasade inspect: what a function weighs, loads, may touch and can be told, without a running world.
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import { printJson } from "../output.ts";

export default function defineInspect(command: Command): void {
  command
    .argument("<function>", "app/function, or its name alone where that is unique")
    .option("--json", "for machines: the same and every module's name")
    .action(async (name: string, options: { json?: true }) => {
      const [{ inspectFunction }, { showInspection }] = await Promise.all([
        import("../inspect/inspect.ts"),
        import("../inspect/show.ts"),
      ]);
      const inspection = await inspectFunction(findRoot(), name);
      if (options.json) printJson(inspection);
      else showInspection(inspection);
    });
  command.addHelpText(
    "after",
    [
      "\nBytes are those of the function's own code, minified, without drivers and native packages.",
      "Load time is the fastest of three fresh processes of the pinned Node, which strips types on the way.",
    ].join("\n"),
  );
  addExamples(command, [["inspect shop/thumbnail", ""]]);
}
