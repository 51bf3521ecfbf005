// Makes apps and functions: everything is checked first, then all files are written, none over another.
import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { appFiles } from "./app-files.ts";
import { checkClaim } from "./claims.ts";
import { formatFiles } from "./format.ts";
import { type Files, functionFiles, resourceFiles, testHostFile } from "./function-files.ts";
import {
  type Lockfile,
  lockedVersion,
  lockWorkspace,
  readLockfile,
  type WorkspaceManifest,
} from "./lockfile.ts";
import { checkAppName, checkOwnName, checkStart, type FunctionStart } from "./names.ts";

export interface Made {
  /** Relative to the root, with "/". */
  readonly files: readonly string[];
  readonly notes: readonly string[];
}

const later =
  "The next npm run installs anew: package-lock.json changed, and what was installed did not fit it before.";
const restart = "A world that runs learns of the app when it is started again.";
const takenUp = "A world that runs this app takes the function up by itself.";

/** @throws {CommandFailure} for a bad name, or an app that is there already; nothing is written then. */
export async function makeApp(root: string, name: string): Promise<Made> {
  checkAppName(name);
  for (const taken of [`apps/${name}`, `packages/${name}`])
    if (await exists(join(root, taken)))
      throw refused(`Cannot make the app ${name}: ${taken} is there already.`);
  const versions = await dependencyVersions(root, ["@faasade/core"]);
  const files: Files = {
    ...appFiles(name, versions["@faasade/core"] ?? ""),
    ...functionFiles("greet", { kind: "http", route: "GET /{name}" }, { knownResource: false }),
    ...functionFiles("tick", { kind: "schedule", cron: "* * * * *" }, { knownResource: false }),
    ...testHostFile,
  };
  const written = await writeFiles(root, `apps/${name}`, files);
  const notes = await formatNotes(root, written);
  const manifest = JSON.parse(files["package.json"] ?? "{}") as WorkspaceManifest;
  const isInstalled = await lockWorkspace(root, `apps/${name}`, manifest);
  return { files: written, notes: [...notes, isInstalled ? restart : later] };
}

/** @throws {CommandFailure} for bad names, an app that is not there or a function that is; nothing is written then. */
export async function makeFunction(
  root: string,
  app: string,
  name: string,
  start: FunctionStart,
): Promise<Made> {
  checkAppName(app);
  checkOwnName("function", name);
  checkStart(start);
  const folder = `apps/${app}`;
  const manifestPath = join(root, folder, "package.json");
  const text = await readFile(manifestPath, "utf8").catch(() => {
    throw refused(
      `Cannot add a function to ${app}: there is no ${folder}/package.json. Make it: new app ${app}`,
    );
  });
  const unseen = start.kind === "http" ? await checkClaim(root, app, name, start.route) : [];
  const resources = await missing(root, folder, resourceFiles(start));
  const knownResource = Object.keys(resources).length === 0;
  const files = {
    ...functionFiles(name, start, { knownResource }),
    ...resources,
    ...(await missing(root, folder, testHostFile)),
  };
  const manifest = JSON.parse(text) as WorkspaceManifest;
  const dependencies = (manifest["dependencies"] ?? {}) as Readonly<Record<string, string>>;
  const wanted = packagesFor(start, resources).filter((dependency) => !(dependency in dependencies));
  const added = await dependencyVersions(root, wanted);
  const written = await writeFiles(root, folder, files);
  const notes = [...unseen, ...(await formatNotes(root, written))];
  if (wanted.length === 0) return { files: written, notes: [...notes, takenUp] };
  const sorted = Object.entries({ ...dependencies, ...added }).sort(([a], [b]) => a.localeCompare(b, "en"));
  const changed = { ...manifest, dependencies: Object.fromEntries(sorted) };
  await writeFile(manifestPath, `${JSON.stringify(changed, null, 2)}\n`);
  const isInstalled = await lockWorkspace(root, folder, changed);
  notes.push(`${folder}/package.json depends on ${wanted.join(" and ")} now.`);
  return { files: written, notes: [...notes, isInstalled ? takenUp : later] };
}

function packagesFor(start: FunctionStart, resources: Files): string[] {
  if (start.kind === "http" || start.kind === "schedule") return [];
  const needsSchema = start.kind === "message" && Object.keys(resources).length > 0;
  return ["@faasade/connectors", ...(needsSchema ? ["valibot"] : [])];
}

/** The versions that are locked, so that no registry needs to be asked. */
async function dependencyVersions(root: string, names: readonly string[]): Promise<Record<string, string>> {
  const lockfile: Lockfile = await readLockfile(root).catch((error: Error) => {
    throw failure(`Cannot read package-lock.json in ${root}: ${error.message}. Restore it from git.`);
  });
  const versions = names.map((name): [string, string] => {
    const version = lockedVersion(lockfile, name);
    if (version !== undefined) return [name, version];
    throw failure(
      `Cannot depend on ${name}: package-lock.json does not hold it. Install it first: npm install ${name}`,
    );
  });
  return Object.fromEntries(versions);
}

async function missing(root: string, folder: string, files: Files): Promise<Files> {
  const kept: Record<string, string> = {};
  for (const [path, text] of Object.entries(files))
    if (!(await exists(join(root, folder, path)))) kept[path] = text;
  return kept;
}

async function writeFiles(root: string, folder: string, files: Files): Promise<string[]> {
  const paths = Object.keys(files).map((path) => `${folder}/${path}`);
  for (const path of paths)
    if (await exists(join(root, path))) throw refused(`Cannot make ${path}: it is there already.`);
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { flag: "wx" });
  }
  return paths;
}

async function formatNotes(root: string, files: readonly string[]): Promise<string[]> {
  return (await formatFiles(root, files)) ? [] : ["Format the new files with: npm run format"];
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function failure(message: string): CommandFailure {
  return new CommandFailure(exitCodes.failed, message);
}
