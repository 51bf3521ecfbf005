// faasade matrix: every platform, packaging and trigger, with the strongest proof that was run.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { platforms } from "@faasade/platforms";
import { type Cell, cellsOf } from "@faasade/platforms/shared/proof";
import type { Command } from "commander";
import { addExamples } from "../help.ts";
import { findRoot } from "../here.ts";
import type { AppRow } from "../matrix/apps.ts";
import { toPage } from "../matrix/page.ts";
import { columns, print, printJson, remark, styled } from "../output.ts";

export default function defineMatrix(command: Command): void {
  command
    .option(
      "--json",
      "for machines: a list of {platform, packaging, trigger or app, driver, how, proof, by, date}",
    )
    .option("--write", "writes docs/platforms.md")
    .action(async (options: { json?: true; write?: true }) => {
      const all = await Promise.all(Object.values(platforms).map((load) => load()));
      const { appRows } = await import("../matrix/apps.ts");
      const apps = await appRows(findRoot(), all);
      const { recordedProofs } = await import("../matrix/recorded.ts");
      const recorded = await recordedProofs(findRoot(), all);
      const cells = all.flatMap((one) => cellsOf(one, recorded.get(one.name)));
      if (options.json) return printJson([...cells, ...apps]);
      if (options.write) {
        const file = join(findRoot(), "docs", "platforms.md");
        const { driverNames } = await import("@faasade/build");
        await writeFile(file, toPage(all, apps, await driverNames(), recorded));
        return remark(`Wrote ${file}.`);
      }
      for (const { name, title } of all)
        show(
          title,
          cells.filter(({ platform }) => platform === name),
        );
      print(styled("bold", "Apps"));
      print(columns(apps.map(toAppRow), "  "));
    });
  command.addHelpText(
    "after",
    [
      "\nA proof is one of, weakest first: documented, double, captured, real-runtime, cluster, cloud.",
      "The tests that a proof names fail the whole run when they are missing or do not pass.",
      "What `verify --record` wrote down in this checkout is shown with its date.",
    ].join("\n"),
  );
  addExamples(command, [
    ["matrix", ""],
    ["matrix --json", "for a script"],
  ]);
}

function show(title: string, cells: readonly Cell[]): void {
  print(styled("bold", title));
  print(columns(cells.map(toRow), "  "));
}

function toRow({ packaging, trigger, driver, how, proof, by = "", date = "" }: Cell): string[] {
  const what = driver === undefined ? trigger : `${trigger} (${driver})`;
  return [packaging, what, how, proof ?? "-", by, date];
}

function toAppRow({ app, platform, packaging, how, proof, by = "", date = "" }: AppRow): string[] {
  return [app, platform, packaging, how, proof ?? "-", by, date];
}
