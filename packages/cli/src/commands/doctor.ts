// faasade doctor: checks what a world needs, and says what would repair it.
import type { Command } from "commander";
import type { Check } from "../doctor/checks.ts";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findHome } from "../here.ts";
import { columns, print, printJson, styled } from "../output.ts";
import { parseChoice } from "../parse.ts";

export default function defineDoctor(command: Command): void {
  command
    .option("-t, --target <platform>", "what deploying there needs: credentials, region, tools")
    .option("--place <name=value>", "where, such as region=eu-central-1; repeatable", parseChoice)
    .option("--json", 'for machines: {"healthy":…,"checks":[{"name":…,"state":…,"detail":…,"fix":…}]}')
    .action(examine);
  command.addHelpText("after", "\nExits with 1 when something is wrong. A missing optional tool is not.");
  addExamples(command, [
    ["doctor", ""],
    ["doctor --target aws-lambda", "before the first deployment"],
  ]);
}

interface DoctorOptions {
  readonly target?: string;
  readonly place?: Readonly<Record<string, string>>;
  readonly json?: true;
}

const marks = {
  ok: styled("green", "ok"),
  missing: styled("yellow", "missing"),
  wrong: styled("red", "wrong"),
};

async function examine({ target, place = {}, json }: DoctorOptions): Promise<void> {
  if (target === undefined && Object.keys(place).length > 0)
    throw new CommandFailure(exitCodes.usage, "Cannot check a place without its target: say --target.");
  const checks = target === undefined ? await checksHere() : await checksThere(target, place);
  const healthy = checks.every(({ state }) => state !== "wrong");
  if (!healthy) process.exitCode = exitCodes.failed;
  if (json) return printJson({ healthy, checks });
  print(columns(checks.map(({ name, state, detail }) => [marks[state], name, detail])));
  for (const { name, fix } of checks) if (fix !== undefined) print(`\n${styled("bold", name)}: ${fix}`);
}

async function checksHere(): Promise<readonly Check[]> {
  const { runChecks } = await import("../doctor/checks.ts");
  return runChecks(findHome());
}

async function checksThere(
  platform: string,
  given: Readonly<Record<string, string>>,
): Promise<readonly Check[]> {
  const { loadTarget } = await import("../deploy/choose.ts");
  const { choosePlace } = await import("@faasade/deploy");
  const target = await loadTarget("examine", "this machine", platform);
  const id = { app: "", stage: "", platform, name: "" };
  return target.checks(choosePlace(id, target, { given, environment: process.env }));
}
