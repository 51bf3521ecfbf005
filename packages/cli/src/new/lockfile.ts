// package-lock.json and what is installed from it, kept in step with a new app without asking any registry.
import { createHash } from "node:crypto";
import { glob, lstat, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

export interface Lockfile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface WorkspaceManifest {
  readonly name: string;
  readonly version: string;
  readonly [field: string]: unknown;
}

/** What npm copies of a workspace's package.json, in its order. */
const lockedFields = ["name", "version", "license", "dependencies", "devDependencies"] as const;

/** @throws {Error} when it is missing or no JSON. */
export async function readLockfile(root: string): Promise<Lockfile> {
  return JSON.parse(await readFile(lockfilePath(root), "utf8")) as Lockfile;
}

/** Folders of the apps and packages that are there, relative to the root, with "/". */
export async function workspaceFolders(root: string): Promise<string[]> {
  const manifest = await readFile(join(root, "package.json"), "utf8");
  const { workspaces = [] } = JSON.parse(manifest) as { workspaces?: string[] };
  const found: string[] = [];
  for (const pattern of workspaces)
    for await (const file of glob(`${pattern}/package.json`, { cwd: root }))
      found.push(dirname(file).split(sep).join("/"));
  return found.sort();
}

/**
 * Locks a workspace as npm would, links it into node_modules, and tells tools/ensure-install.cjs that this is what is
 * installed now, provided that the installation was complete before. Its dependencies must be locked already.
 * @returns whether the installation is in step; false leaves the rest to the next `npm run`.
 */
export async function lockWorkspace(
  root: string,
  folder: string,
  manifest: WorkspaceManifest,
): Promise<boolean> {
  const before = await readFile(lockfilePath(root), "utf8");
  const lockfile = JSON.parse(before) as Lockfile;
  const fields = lockedFields.flatMap((field) =>
    manifest[field] === undefined ? [] : [[field, manifest[field]]],
  );
  const packages = { ...lockfile.packages };
  for (const name of Object.keys((manifest["dependencies"] as object | undefined) ?? {})) {
    const { dev: _, ...locked } = packages[`node_modules/${name}`] ?? {};
    packages[`node_modules/${name}`] = locked;
  }
  packages[folder] = Object.fromEntries(fields);
  packages[`node_modules/${manifest.name}`] = { resolved: folder, link: true };
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  const after = `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(sorted) }, null, 2)}\n`;
  const markerPath = join(root, "node_modules", ".faasade-install");
  const wasComplete = (await readFile(markerPath, "utf8").catch(() => "")) === marker(before);
  await writeAtomically(lockfilePath(root), after);
  await link(root, folder, manifest.name);
  if (wasComplete) await writeAtomically(markerPath, marker(after));
  return wasComplete;
}

/** The exact version of a package that is locked at the root; undefined when none is. */
export function lockedVersion({ packages }: Lockfile, name: string): string | undefined {
  const locked = packages[`node_modules/${name}`];
  const target = locked?.["link"] === true ? packages[String(locked["resolved"])] : locked;
  return target?.["version"] as string | undefined;
}

function lockfilePath(root: string): string {
  return join(root, "package-lock.json");
}

function marker(lockfile: string): string {
  return `${createHash("sha256").update(lockfile).digest("hex")} ${process.platform} ${process.arch}\n`;
}

async function link(root: string, folder: string, name: string): Promise<void> {
  const path = join(root, "node_modules", name);
  const target = join(root, folder);
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  if (isThere) return;
  // Windows lets everybody make junctions, which hold absolute paths.
  if (process.platform === "win32") await symlink(target, path, "junction");
  else await symlink(relative(dirname(path), target), path);
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, text);
  await rename(draft, path);
}
