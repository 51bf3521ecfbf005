// Images into Amazon ECR, by the tools that the build names: a repository of the stage's own, a tag for each build.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { quoted } from "../shared/tool.ts";
import type { Step, Wanted } from "../target.ts";
import type { Account } from "./aws.ts";
import { AwsFailure, explain } from "./failure.ts";

export interface Images {
  readonly steps: readonly Step[];
  /** Where each image is, by the template's parameter. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** The build's own commands, the last of which deploys; the others make and fill the repositories. */
export function imagesOf({ id, build, ledger }: Wanted, { account, region, suffix }: Account): Images {
  if (build.packaging !== "image") return { steps: [], parameters: {} };
  const tag = ledger.build.slice(0, 16);
  const lines = build.next
    .replaceAll("<account>", account)
    .replaceAll("<region>", region)
    .replaceAll(/(\.amazonaws\.com\/)([\w./-]+):[\w.-]+/g, `$1${id.name}/$2:${tag}`)
    .split("\n");
  const [deploys = "", ...others] = lines.toReversed();
  const given = [...deploys.matchAll(/(\w+ImageUri)=(\S+)/g)];
  const labels = { "faasade-app": id.app, "faasade-stage": id.stage, "faasade-deployment": id.name };
  const tags = Object.entries(labels).map(([key, value]) => `Key=${key},Value=${value}`);
  return {
    parameters: Object.fromEntries(given.map(([, name = "", uri = ""]) => [name, uri])),
    steps: others.toReversed().map((line, index) => {
      const words = { prefix: id.name, tags: tags.join(" "), suffix, folder: build.folder };
      const command = commandOf(line, words);
      return { name: `image-${index + 1}`, command, run: () => runLine(command, build.folder) };
    }),
  };
}

interface Words {
  readonly prefix: string;
  readonly tags: string;
  readonly suffix: string;
  readonly folder: string;
}

/** Safe to run again: a repository that is there is left alone. */
function commandOf(line: string, { prefix, tags, suffix, folder }: Words): string {
  const repository = /^aws ecr create-repository --repository-name (\S+)$/.exec(line)?.[1];
  if (line.startsWith("aws ecr get-login-password"))
    return line.replace(/^aws ecr get-login-password/, `$&${suffix}`);
  if (repository === undefined) return `cd ${quoted(folder)} && ${line}`;
  const name = `${prefix}/${repository}`;
  return `aws ecr describe-repositories --repository-names ${name}${suffix} || aws ecr create-repository --repository-name ${name} --tags ${tags}${suffix}`;
}

/** By the shell, as it stands. @throws {AwsFailure} with the last that it said. */
export async function runLine(command: string, cwd: string): Promise<string> {
  const child = spawn(command, { cwd, shell: true, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return "done";
  const words = said.trim().split("\n").slice(-3).join(" ");
  if (code === 127)
    throw new AwsFailure(`Cannot run ${command}: ${words}. Install that tool, and run this again.`);
  throw explain(`run ${command}`, new Error(words));
}
