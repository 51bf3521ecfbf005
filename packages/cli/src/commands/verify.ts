// faasade verify: asks a real stage what the conformance suite asks a platform's adapter, as far as it can be from outside.
import type { TriggerKind } from "@faasade/platforms/shared/platform";
import type { CaseOutcome } from "@faasade/platforms/shared/probe-run";
import type { Command } from "commander";
import { CommandFailure, exitCodes } from "../exit-code.ts";
import { addExamples } from "../help.ts";
import { findRoot, resolveFile } from "../here.ts";
import { oneLine, print, printJson, remark, styled } from "../output.ts";
import { parseChoice } from "../parse.ts";
import { parseKinds } from "../verify/kinds.ts";
import type { DeployedProbe, StageOfProbe } from "../verify/with-stage.ts";

interface VerifyOptions extends Pick<StageOfProbe, "stage" | "place" | "set"> {
  readonly target?: string;
  readonly url?: string;
  readonly only?: readonly TriggerKind[];
  /** True for the checkout's own place. */
  readonly record?: string | true;
  readonly json?: true;
}

interface Verified {
  readonly url: string;
  readonly proof?: string;
  readonly cases: readonly CaseOutcome[];
}

export default function defineVerify(command: Command): void {
  command
    .option("-t, --target <platform>", "deploys the probe there, asks it, and takes it away again")
    .option("--url <origin>", "asks a probe that is there already, for requests alone, and deploys nothing")
    .option("--stage <name>", "becomes part of names and labels", "verify")
    .option("--place <name=value>", "where, such as region=eu-central-1; repeatable", parseChoice)
    .option("--set <VARIABLE=value>", "a setting of the deployment; repeatable", parseChoice)
    .option("--only <kinds>", "some of http,object,message,call,schedule; default: all it can", parseKinds)
    .option("--record [file]", "writes samples and proofs, by default where the matrix reads them")
    .option("--json", 'for machines: {"url":…,"proof":…,"cases":[{"kind":…,"title":…,"ok":…}]}')
    .action(verify);
  command.addHelpText(
    "after",
    "\nThe probe is packages/platforms/probe: an app whose functions tell what they got. It has two stores and a queue of\n" +
      "its own, and its routes are public while it stands. A record holds what the platform sent natively, without accounts,\n" +
      "addresses and secrets; what a double answered never becomes a proof. Exits with 1 when a case fails.",
  );
  addExamples(command, [
    ["verify --target aws-lambda --place region=eu-central-1 --record", "wants an account"],
    ["verify --target kubernetes --only http --place registry=ghcr.io/me", ""],
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
  if (target === undefined && record !== undefined)
    throw new CommandFailure(
      exitCodes.usage,
      "Cannot record what a URL answers: nothing says which platform it is. Say --target.",
    );
  const verified =
    target === undefined ? await verifyUrl(url ?? "", json) : await verifyTarget(target, options);
  const { cases } = verified;
  const failed = cases.filter(({ ok }) => !ok).length;
  if (failed > 0) process.exitCode = exitCodes.failed;
  if (json) printJson({ ...verified, cases: cases.map(({ captured: _, mark: __, ...one }) => one) });
  else remark(`${cases.length - failed} of ${cases.length} hold at ${verified.url}`);
}

async function verifyUrl(url: string, json: true | undefined): Promise<Verified> {
  const { askProbe } = await import("../verify/ask.ts");
  return { url, cases: await askProbe({ url, platform: undefined, kinds: ["http"], ended: shower(json) }) };
}

async function verifyTarget(target: string, options: VerifyOptions): Promise<Verified> {
  const { kindsOn } = await import("../verify/kinds.ts");
  const { withStage } = await import("../verify/with-stage.ts");
  const { stage, place, set, only, json } = options;
  const kinds = await kindsOn(target, only);
  const given = { ...(place === undefined ? {} : { place }), ...(set === undefined ? {} : { set }) };
  return withStage({ target, stage, kinds, ...given }, async (probe) => {
    const { askProbe } = await import("../verify/ask.ts");
    const { url, client, witness } = probe;
    const since = new Date();
    const cases = await askProbe({ url, platform: target, kinds, client, ended: shower(json) });
    if (witness.proof === "double") remark(`this proves nothing of ${target}: ${witness.why}`);
    if (options.record !== undefined) await recordIt(probe, cases, since, options);
    return { url, proof: witness.proof, cases };
  });
}

/** How long logs may be late: the slowest platform's take minutes. */
const patienceSeconds = 180;

async function recordIt(
  { build, place, url, witness, client }: DeployedProbe,
  cases: readonly CaseOutcome[],
  since: Date,
  { record, set: values = {} }: VerifyOptions,
): Promise<void> {
  const { nativesOf } = await import("../verify/natives.ts");
  const { toRecord, writeRecord } = await import("../verify/record.ts");
  const marks = cases.filter(({ ok }) => ok).map(({ mark }) => mark);
  remark(`… reading what came natively out of the log`);
  const natives = await nativesOf(client, since, marks, witness.proof === "double" ? 10 : patienceSeconds);
  const made = toRecord({ build, place, url, witness, cases, natives, values }, since);
  const file = typeof record === "string" ? resolveFile(record) : undefined;
  const written = await writeRecord(findRoot(), file, made);
  remark(`recorded in ${written}, ${natives.size} of ${marks.length} with what came natively`);
  if (file === undefined) remark("The matrix takes it from there: npm run faasade -- matrix --write");
}

function shower(json: true | undefined): (outcome: CaseOutcome) => void {
  return (outcome) => {
    if (!json) print(line(outcome));
  };
}

function line({ title, ok, reason, milliseconds }: CaseOutcome): string {
  const word = ok ? styled("green", "holds ") : styled("red", "fails ");
  const why = reason === undefined ? "" : `\n        ${oneLine(reason, 500)}`;
  return `${word}  ${title}${styled("dim", ` (${milliseconds} ms)`)}${why}`;
}
