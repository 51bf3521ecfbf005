// The Bicep template that the build wrote, as far as a deployment has to know it: its parameters and what it creates.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { toVariable } from "@faasade/core/adapter";

export interface Template {
  readonly parameters: readonly Parameter[];
  /** Of what carries the stage's tag. */
  readonly resources: readonly { readonly symbol: string; readonly type: string }[];
  /** Secrets of the key vault that the function app reads. */
  readonly secrets: readonly { readonly name: string; readonly variable: string }[];
}

export interface Parameter {
  readonly name: string;
  /** By which the operator knows it: `RECORDS_URL` of `recordsUrl`, `MAX_PIXELS` of `maxPixelsSetting`. */
  readonly variable: string;
  readonly description: string;
  readonly isSecret: boolean;
  readonly isNeeded: boolean;
}

/** What the target says itself. */
export const ownParameters: readonly string[] = ["location", "codeIsThere"];

export async function readTemplate(folder: string): Promise<Template> {
  return parseTemplate(await readFile(join(folder, "main.bicep"), "utf8"));
}

export function parseTemplate(text: string): Template {
  const parameters = [...text.matchAll(/((?:^@.*\n|^ {2}.*\n|^\]\)\n)*)^param (\w+) \w+( =.*)?$/gm)].map(
    ([, decorators = "", name = "", value]): Parameter => ({
      name,
      variable: toVariable(name.replace(/Setting$/, "").replaceAll(/([a-z])([A-Z])/g, "$1-$2")),
      description: /@description\('((?:[^'\\]|\\.)*)'\)/.exec(decorators)?.[1]?.replaceAll("\\'", "'") ?? "",
      isSecret: decorators.includes("@secure()"),
      isNeeded: value === undefined,
    }),
  );
  const resources = [...text.matchAll(/^resource (\w+) '([\w./]+)@[^']*' = ([\s\S]*?\n\})/gm)]
    .filter(([, , , body = ""]) => /\n {2}tags: tags\n/.test(body))
    .map(([, symbol = "", type = ""]) => ({ symbol, type }));
  const secrets = [
    ...text.matchAll(
      /name: '(\w+)'\n\s+value: '@Microsoft\.KeyVault\(VaultName=\$\{vaultName\};SecretName=([\w-]+)\)'/g,
    ),
  ].map(([, variable = "", name = ""]) => ({ name, variable }));
  return { parameters, resources, secrets };
}
