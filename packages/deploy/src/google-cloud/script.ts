// The script that the build wrote, read as what it is made of: settings, and sections of commands that may each be run again.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { quoted } from "../shared/tool.ts";

export interface Script {
  /** Functions of the shell and settings: what every section stands on. */
  readonly preamble: string;
  readonly sections: readonly { readonly title: string; readonly commands: string }[];
  /** What somebody has to say, by variable. */
  readonly needed: readonly { readonly variable: string; readonly meaning: string }[];
  /** What has a value unless somebody says another, which may name other variables. */
  readonly chosen: Readonly<Record<string, string>>;
  /** Secrets that must have a version. */
  readonly secrets: readonly { readonly name: string; readonly meaning: string; readonly store: string }[];
}

const firstSection = "\n# Google's services that are used.\n";

export async function readScript(folder: string): Promise<Script> {
  return parseScript(await readFile(join(folder, "deploy.sh"), "utf8"), folder);
}

export function parseScript(text: string, folder: string): Script {
  const start = text.indexOf(firstSection);
  const preamble = text.slice(0, start).replace('cd "$(dirname "$0")"', () => `cd ${quoted(folder)}`);
  const rest = text.slice(start + 1).split(/^(?=# [A-Z][^\n]*\.\n)/m);
  const sections = rest.map((part) => {
    const end = part.indexOf("\n");
    return { title: part.slice(2, end - 1), commands: part.slice(end + 1).trim() };
  });
  return {
    preamble: preamble.trimEnd(),
    sections,
    needed: [...preamble.matchAll(/^need (\w+) '?(.*?)'?$/gm)].map(([, variable = "", meaning = ""]) => ({
      variable,
      meaning: meaning.replaceAll(`'\\''`, "'"),
    })),
    chosen: Object.fromEntries(
      [...preamble.matchAll(/^export (\w+)="\$\{\1-(.*)\}"$/gm)].map(([, variable = "", value = ""]) => [
        variable,
        value,
      ]),
    ),
    secrets: [
      ...text.matchAll(
        /the secret (\S+) has no version\. It is (.*?)\. Store it:" >&2\n {2}echo " {2}(.*?)" >&2/g,
      ),
    ].map(([, name = "", meaning = "", store = ""]) => ({ name, meaning, store })),
  };
}

/** What the sections create, by kind, with their names as far as `variables` say them. */
export function createdBy(
  { sections }: Script,
  variables: Readonly<Record<string, string>>,
): readonly { readonly kind: CreatedKind; readonly name: string }[] {
  const text = sections.map(({ commands }) => commands).join("\n");
  const created = patterns.flatMap(([kind, pattern]) =>
    [...text.matchAll(pattern)].map(([, name = ""]) => ({ kind, name: expand(name, variables) })),
  );
  return [...new Map(created.map((one) => [`${one.kind} ${one.name}`, one])).values()];
}

type CreatedKind = "account" | "bucket" | "topic" | "subscription" | "service" | "trigger" | "job";

const patterns: readonly (readonly [CreatedKind, RegExp])[] = [
  ["account", /gcloud iam service-accounts create ([\w-]+)/g],
  ["bucket", /gcloud storage buckets create "gs:\/\/([^"]+)"/g],
  ["topic", /gcloud pubsub topics create "?([^"\s]+)"?/g],
  ["subscription", /gcloud pubsub subscriptions create ([\w-]+)/g],
  ["service", /gcloud run services replace "\$rendered\/([\w-]+)\.yaml"/g],
  ["service", /gcloud (?:functions|run) deploy ([\w-]+)/g],
  ["trigger", /gcloud eventarc triggers create ([\w-]+)/g],
  ["job", /gcloud scheduler jobs create http ([\w-]+)/g],
];

/** Variables of the shell in a text, as far as they are known. */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  const once = text.replaceAll(/\$\{(\w+)\}/g, (whole, name) => variables[name] ?? whole);
  return once === text ? text : expand(once, variables);
}
