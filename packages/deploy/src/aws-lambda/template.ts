// The template as it is deployed: what the build wrote, with where the code is and what the stage remembers.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BuildResult } from "@faasade/build";
import { fileDigest } from "../fingerprint.ts";
import type { Ledger } from "../ledger.ts";
import type { StageId, Wanted } from "../target.ts";
import type { Account } from "./aws.ts";

export type Fields = Readonly<Record<string, unknown>>;

export type KeptLedger = Omit<Ledger, "at" | "place">;

export interface TemplateResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly Condition?: string;
  readonly Properties: Fields;
  readonly Metadata?: { readonly Faasade?: { readonly Functions?: readonly string[] } };
}

export interface TemplateParameter {
  readonly Type: string;
  readonly Description: string;
  readonly Default?: string | number;
  readonly NoEcho?: boolean;
}

export interface Template {
  readonly Metadata: {
    readonly Faasade: Fields & { readonly Ledger?: KeptLedger; readonly Triggers?: Fields };
  };
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
}

/** A file that has to be in the deployment bucket; the same bytes have the same key. */
export interface Upload {
  readonly path: string;
  readonly key: string;
}

export interface Packaged {
  readonly template: Template;
  readonly uploads: readonly Upload[];
  /** The template itself. */
  readonly file: Upload;
}

/** Where a stage's objects are in the deployment bucket; they go with it. */
export function keyPrefix({ name }: Pick<StageId, "name">): string {
  return `${name}/`;
}

/** Beside the manifest, in the folder of the build. */
const packagedFile = "packaged.json";

export async function packageTemplate(
  wanted: Wanted,
  { bucket }: Pick<Account, "bucket">,
): Promise<Packaged> {
  const { id, build, ledger } = wanted;
  const { parse } = await import("yaml");
  const text = await readFile(join(build.folder, "template.yaml"), "utf8");
  const built = parse(text, { version: "1.1" }) as Template;
  const uploads = build.packaging === "image" ? [] : await uploadsOf(id, build, ledger);
  const keys = new Map(uploads.map(({ path, key }) => [path, key]));
  const Resources = Object.fromEntries(
    Object.entries(built.Resources).map(([name, resource]) => {
      const key = keys.get(String(resource.Properties["CodeUri"]));
      if (key === undefined) return [name, resource];
      return [
        name,
        { ...resource, Properties: { ...resource.Properties, CodeUri: `s3://${bucket}/${key}` } },
      ];
    }),
  );
  const Triggers = Object.fromEntries(build.functions.map(({ name, trigger }) => [name, triggerOf(trigger)]));
  const Metadata = { Faasade: { ...built.Metadata.Faasade, Ledger: withoutTime(ledger), Triggers } };
  const template: Template = { ...built, Metadata, Resources };
  const path = join(build.folder, packagedFile);
  await writeFile(path, `${JSON.stringify(template, null, 2)}\n`);
  const file = { path: packagedFile, key: `${keyPrefix(id)}${await fileDigest(path)}.template.json` };
  return { template, uploads, file };
}

/** Web functions find their zips by name below a prefix, which is another one for each build. */
export function codePrefix(id: StageId, { build }: Ledger): string {
  return `${keyPrefix(id)}${build.slice(0, 16)}`;
}

async function uploadsOf(id: StageId, build: BuildResult, ledger: Ledger): Promise<Upload[]> {
  const zips = build.artefacts.map(({ path }) => path);
  if (build.packaging === "web")
    return zips.map((path) => ({ path, key: `${codePrefix(id, ledger)}/${path}` }));
  return Promise.all(
    zips.map(async (path) => ({
      path,
      key: `${keyPrefix(id)}${await fileDigest(join(build.folder, path))}.zip`,
    })),
  );
}

/** What somebody who starts it by hand has to know. */
function triggerOf(trigger: BuildResult["functions"][number]["trigger"]): Fields {
  if (trigger.kind !== "message") return { kind: trigger.kind };
  return { kind: trigger.kind, source: trigger.source, sourceKind: trigger.sourceKind };
}

/** The time is the stack's own, so that the same build is the same template. */
function withoutTime({ at: _, place: __, ...ledger }: Ledger): KeptLedger {
  return ledger;
}
