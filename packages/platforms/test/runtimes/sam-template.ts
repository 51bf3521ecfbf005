// SAM templates as AWS reads them: translated to CloudFormation by the SAM translator, and judged by cfn-lint.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installedPython } from "./installed.ts";
import { startProgram } from "./program.ts";

export interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: unknown }>>;
}

/** One thing that cfn-lint found. */
export interface Finding {
  /** As cfn-lint numbers its rules: E is an error, W a warning, I a remark. */
  readonly rule: string;
  readonly message: string;
  /** Where in the template, with dots. */
  readonly path: string;
}

export interface LintedTemplate {
  readonly findings: readonly Finding[];
  /** What is wrong in what the template becomes: circular references, for one, show only there. */
  readonly translationFindings: readonly Finding[];
  readonly translation: CloudFormationTemplate;
}

/** @throws {Error} with the translator's or the linter's words, when the text is no template at all. */
export async function lintTemplate(yaml: string): Promise<LintedTemplate> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-template-"));
  try {
    await writeFile(join(folder, "template.yaml"), yaml);
    await python(folder, ["-c", translate, "template.yaml", "translation.json"]);
    const findings = await lint(folder, "template.yaml");
    const translationFindings = await lint(folder, "translation.json");
    const translation = JSON.parse(await readFile(join(folder, "translation.json"), "utf8"));
    return { findings, translationFindings, translation };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What CloudFormation makes of a template with SAM's transform. @throws {Error} with the translator's words. */
export async function translateTemplate(text: string): Promise<CloudFormationTemplate> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-template-"));
  try {
    await writeFile(join(folder, "template.yaml"), text);
    await python(folder, ["-c", translate, "template.yaml", "translation.json"]);
    return JSON.parse(await readFile(join(folder, "translation.json"), "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const translate = `
import json, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class NoManagedPolicies:
    def load(self):
        return {}

with open(sys.argv[1]) as source, open(sys.argv[2], "w") as target:
    json.dump(transform(yaml_parse(source), {}, NoManagedPolicies()), target)
`;

interface LintMatch {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path?: readonly (string | number)[] | null };
}

async function lint(folder: string, file: string): Promise<Finding[]> {
  const output = ["--format", "json", "--output-file", "findings.json", "--non-zero-exit-code", "none"];
  await python(folder, ["-c", runLint, ...output, "--regions", region, "--template", file]);
  const matches: LintMatch[] = JSON.parse(await readFile(join(folder, "findings.json"), "utf8"));
  return matches.map(({ Rule, Message, Location }) => ({
    rule: Rule.Id,
    message: Message,
    path: (Location.Path ?? []).join("."),
  }));
}

const runLint = "from cfnlint.runner import main; main()";

const region = "eu-central-1";

async function python(cwd: string, args: readonly string[]): Promise<void> {
  const environment = { AWS_DEFAULT_REGION: region, AWS_EC2_METADATA_DISABLED: "true", PYTHONUTF8: "1" };
  const program = startProgram(installedPython(), args, { cwd, environment, longestSeconds: 120 });
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`Cannot read the template:\n${program.output()}`);
}
