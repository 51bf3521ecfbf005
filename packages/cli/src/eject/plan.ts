// Which files an ejected app consists of: copied as they are, or written anew.
import { join, posix } from "node:path";
import { describeApp } from "@faasade/build/describe";
import { refused } from "../exit-code.ts";
import {
  type Checkout,
  isCode,
  namesApp,
  namesPackage,
  reachableFiles,
  reachableWorkspaces,
  readCheckout,
} from "./checkout.ts";
import { chooseConnectors } from "./connectors.ts";
import { type Manifest, manifestText, rootManifest, scriptFile, trimDependencies } from "./manifests.ts";
import { ejectedReadme } from "./markdown.ts";

export interface Plan {
  /** Paths relative to the root, with "/". */
  readonly copied: ReadonlySet<string>;
  /** Path → text. */
  readonly written: ReadonlyMap<string, string>;
  readonly packages: readonly string[];
  readonly leftOut: readonly string[];
}

const connectors = "packages/connectors";
const command = "packages/cli";

/** What no script leads to by itself. */
const ofRoot = [
  ...[".editorconfig", ".gitattributes", ".gitignore", "LICENSE", "NOTICE", "biome.json", "turbo.json"],
  ...["tsconfig.base.json", "vitest.config.ts", "tools/tsconfig.json"],
  ...["tools/ensure-install.cjs", "tools/short-lived.cjs"],
];

/** The scripts of the root that an app needs; each leads to the tools behind it. */
const scripts = ["start", "test", "faasade", "check"];

/** @throws {CommandFailure} when there is no such app. */
export async function planEject(root: string, app: string): Promise<Plan> {
  const checkout = await readCheckout(root);
  const folder = `apps/${app}`;
  const others = requireApp(checkout, folder);
  const kinds = await kindsOfResources(root, app);
  const candidates = reachableWorkspaces(checkout.workspaces, [folder, command]);
  const code = candidates.filter((path) => path !== connectors).flatMap((path) => filesOf(checkout, path));
  const chosen = chooseConnectors(checkout, code, kinds);
  const workspaces = new Map(checkout.workspaces).set(connectors, chosen.manifest);
  const folders = reachableWorkspaces(workspaces, [folder, command]);
  const copied = reachableFiles(checkout, [
    ...folders.flatMap((path) => (path === connectors ? [...chosen.files] : filesOf(checkout, path))),
    ...rootFiles(checkout),
    ...concernedFiles(checkout, app, others),
  ]);
  for (const file of besideTools(checkout, copied)) copied.add(file);
  const written = new Map<string, string>();
  for (const path of folders)
    if (path.startsWith("packages/"))
      written.set(`${path}/package.json`, manifestText(withoutTests(checkout, path, workspaces)));
  written.set("package.json", manifestText(manifestOfRoot(checkout, app, copied)));
  written.set("README.md", readme(checkout, app, chosen.leftOut));
  for (const path of written.keys()) copied.delete(path);
  const packages = folders.filter((path) => path !== folder).map((path) => posix.basename(path));
  return { copied, written, packages, leftOut: chosen.leftOut };
}

/** The other apps' names. */
function requireApp({ root, workspaces }: Checkout, folder: string): string[] {
  const apps = [...workspaces.keys()].filter((path) => path.startsWith("apps/"));
  const names = (paths: string[]): string[] => paths.map((path) => posix.basename(path));
  const missing = [command, connectors].filter((path) => !workspaces.has(path)).join(" and no ");
  if (apps.includes(folder) && missing === "") return names(apps.filter((path) => path !== folder));
  const app = folder.slice("apps/".length);
  if (apps.includes(folder))
    throw refused(`Cannot eject ${app}: there is no ${missing} in ${root}. Eject from a whole checkout.`);
  const there = names(apps).join(", ") || "none";
  throw refused(`Cannot eject ${app}: there is no such app in ${join(root, "apps")}. There are: ${there}.`);
}

async function kindsOfResources(root: string, app: string): Promise<Set<string>> {
  const functions = await describeApp(root, app);
  return new Set(functions.flatMap(({ description }) => description.grants.map(({ kind }) => kind)));
}

/** Tests of packages stay behind: they are about the packages, and prove them where those are made. */
function filesOf({ files }: Checkout, folder: string): string[] {
  const isTest = (file: string): boolean =>
    folder.startsWith("packages/") && file.startsWith(`${folder}/test/`);
  return [...files].filter((file) => file.startsWith(`${folder}/`) && !isTest(file));
}

function rootFiles({ files, manifest }: Checkout): string[] {
  const behindScripts = scripts.map((name) => scriptFile(manifest, name) ?? "");
  const lintRules = [...files].filter((file) => file.startsWith("tools/lint/"));
  return [...ofRoot, ...behindScripts, ...lintRules].filter((file) => files.has(file));
}

/** Folders of infra that are about no other app, and pages of docs that are about this one and no other. */
function concernedFiles({ files, text }: Checkout, app: string, others: readonly string[]): string[] {
  const isForeign = (file: string): boolean => others.some((other) => namesApp(text(file), other));
  const folderOf = (file: string): string => file.split("/").slice(0, 2).join("/");
  const infra = [...files].filter((file) => file.startsWith("infra/"));
  const foreign = new Set(infra.filter(isForeign).map(folderOf));
  const pages = [...files].filter((file) => /^docs\/.*\.md$/.test(file));
  return [
    ...infra.filter((file) => !foreign.has(folderOf(file))),
    ...pages.filter((file) => namesApp(text(file), app) && !isForeign(file)),
  ];
}

/** What code of a folder of tools reads beside itself and below: pinned versions, above all. */
function besideTools({ files }: Checkout, copied: ReadonlySet<string>): string[] {
  const folders = [...copied].filter((file) => /^tools\/.+\//.test(file)).map(posix.dirname);
  const isBeside = (file: string): boolean => folders.some((folder) => file.startsWith(`${folder}/`));
  return [...files].filter((file) => isBeside(file) && !isCode(file) && !file.endsWith(".md"));
}

function withoutTests(
  checkout: Checkout,
  folder: string,
  workspaces: ReadonlyMap<string, Manifest>,
): Manifest {
  const manifest = workspaces.get(folder) as Manifest;
  if (folder === connectors) return manifest;
  const texts = filesOf(checkout, folder).filter(isCode).map(checkout.text);
  const isNamed = (name: string): boolean => texts.some((text) => namesPackage(text, name));
  return trimDependencies(manifest, ["devDependencies"], isNamed);
}

function manifestOfRoot(checkout: Checkout, app: string, copied: ReadonlySet<string>): Manifest {
  const texts = [...copied]
    .filter((file) => isCode(file) && !file.startsWith("packages/"))
    .map(checkout.text);
  const description = checkout.workspaces.get(`apps/${app}`)?.["description"];
  return rootManifest(
    checkout.manifest,
    { name: app, description },
    (file) => copied.has(file),
    (name) => texts.some((text) => namesPackage(text, name)),
  );
}

function readme(
  { files, text, workspaces, manifest }: Checkout,
  app: string,
  leftOut: readonly string[],
): string {
  const page = `apps/${app}/README.md`;
  const description = workspaces.get(`apps/${app}`)?.["description"];
  const told = files.has(page) ? text(page) : `# ${app}\n\n${String(description)}\n`;
  return ejectedReadme(app, told, manifest.version, leftOut);
}
