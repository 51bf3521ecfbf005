// faasade doctor: checks what a world needs, and says what would repair it.
import type { Command } from "commander";
import { exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import { columns, print, printJson, styled } from "../output.ts";

export default function defineDoctor(command: Command): void {
  command
    .option("--json", 'for machines: {"healthy":…,"checks":[{"name":…,"state":…,"detail":…,"fix":…}]}')
    .action((options: { json?: true }) => examine(options.json === true));
  command.addHelpText("after", "\nExits with 1 when something is wrong. A missing optional tool is not.");
  addExamples(command, [["doctor", ""]]);
}

const marks = {
  ok: styled("green", "ok"),
  missing: styled("yellow", "missing"),
  wrong: styled("red", "wrong"),
};

async function examine(asJson: boolean): Promise<void> {
  const { runChecks } = await import("../doctor/checks.ts");
  const checks = await runChecks(findHome());
  const healthy = checks.every(({ state }) => state !== "wrong");
  if (!healthy) process.exitCode = exitCodes.failed;
  if (asJson) return printJson({ healthy, checks });
  print(columns(checks.map(({ name, state, detail }) => [marks[state], name, detail])));
  for (const { name, fix } of checks) if (fix !== undefined) print(`\n${styled("bold", name)}: ${fix}`);
}
