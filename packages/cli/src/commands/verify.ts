// faasade verify: asks a real stage what the conformance suite asks a platform's adapter, as far as it can be from outside.
import { writeFile } from "node:fs/promises";
import type { CaseOutcome } from "@faasade/platforms/shared/probe-run";
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { resolveFile } from "../here.ts";
import { refuseFile } from "../input.ts";
import { oneLine, print, printJson, remark, styled } from "../output.ts";
import { parseChoice } from "../parse.ts";

interface VerifyOptions {
  readonly target?: string;
  readonly url?: string;
  readonly stage: string;
  readonly place?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
  readonly record?: string;
  readonly json?: true;
}

export default function defineVerify(command: Command): void {
  command
    .option("-t, --target <platform>", "deploys the probe there, asks it, and takes it away again")
    .option("--url <origin>", "asks a probe that is there already, and deploys nothing")
    .option("--stage <name>", "becomes part of names and labels", "verify")
    .option("--place <name=value>", "where, such as region=eu-central-1; repeatable", parseChoice)
    .option("--set <VARIABLE=value>", "a setting of the deployment; repeatable", parseChoice)
    .option("--record <file>", "writes what came back, with the date, as JSON")
    .option("--json", 'for machines: {"url":…,"cases":[{"title":…,"ok":…}]}')
    .action(verify);
  command.addHelpText(
    "after",
    "\nThe probe is packages/platforms/probe: an app whose functions tell what they got. It has no stores, and its routes\n" +
      "are public while it stands. Exits with 1 when a case fails.",
  );
  addExamples(command, [
    ["verify --target aws-lambda --place region=eu-central-1 --record aws.json", "wants an account"],
    ["verify --url https://probe.example.org", ""],
  ]);
}

async function verify(options: VerifyOptions): Promise<void> {
  const { target, url, record, json } = options;
  if ((target === undefined) === (url === undefined))
    throw new CommandFailure(
      exitCodes.usage,
      "Cannot tell what to verify: say --target or --url, one of them.",
    );
  const told =
    target === undefined
      ? await ask(url ?? "", target, json)
      : await (await import("../verify/with-stage.ts")).withStage({ ...options, target }, (origin) =>
          ask(origin, target, json),
        );
  const failed = told.cases.filter(({ ok }) => !ok).length;
  if (failed > 0) process.exitCode = exitCodes.failed;
  if (record !== undefined) {
    const file = resolveFile(record);
    const text = JSON.stringify({ target, date: new Date().toISOString(), ...told }, null, 2);
    await writeFile(file, `${text}\n`).catch(refuseFile("write"));
    remark(`recorded in ${file}`);
  }
  if (json) printJson({ url: told.url, cases: told.cases.map(({ captured: _, ...one }) => one) });
  else remark(`${told.cases.length - failed} of ${told.cases.length} hold at ${told.url}`);
}

async function ask(
  url: string,
  target: string | undefined,
  json: true | undefined,
): Promise<{ readonly url: string; readonly cases: readonly CaseOutcome[] }> {
  if (!/^https?:\/\/[^/]/.test(url) || !URL.canParse(url))
    throw new CommandFailure(
      exitCodes.usage,
      `Cannot ask ${url}: write its origin, such as https://probe.example.org.`,
    );
  const { differencesOf } = await import("@faasade/platforms/shared/probe");
  const { runCases } = await import("@faasade/platforms/shared/probe-run");
  const { clientOf } = await import("@faasade/platforms/shared/probe-client");
  const cases: CaseOutcome[] = [];
  for await (const outcome of runCases(clientOf(url.replace(/\/$/, "")), differencesOf(target))) {
    cases.push(outcome);
    if (!json) print(line(outcome));
  }
  return { url, cases };
}

function line({ title, ok, reason, milliseconds }: CaseOutcome): string {
  const word = ok ? styled("green", "holds ") : styled("red", "fails ");
  const why = reason === undefined ? "" : `\n        ${oneLine(reason, 500)}`;
  return `${word}  ${title}${styled("dim", ` (${milliseconds} ms)`)}${why}`;
}
