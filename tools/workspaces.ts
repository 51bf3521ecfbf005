/** The workspaces of this repository: what tests, type checks and the lock check go through. */
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export interface Workspace {
  /** What people type: the folder's own name, "core" or "hello". */
  name: string;
  /** Folder relative to the root, with "/". */
  folder: string;
  /** Name in package.json; "//" is what turbo calls the root. */
  packageName: string;
}

export const root = dirname(import.meta.dirname);

/** Every workspace, and the tools of the repository, which are none but are tested like one. */
export function allWorkspaces(): Workspace[] {
  const { workspaces } = readPackage(".") as { workspaces: string[] };
  const folders = workspaces
    .flatMap((pattern) => globSync(pattern, { cwd: root }))
    .map((folder) => folder.replaceAll("\\", "/"))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .sort();
  const found = folders.map((folder) => ({
    name: basename(folder),
    folder,
    packageName: String(readPackage(folder).name),
  }));
  return [...found, { name: "tools", folder: "tools", packageName: "//" }];
}

/**
 * The workspaces that were asked for by name, folder or package name; all when nothing was.
 * @throws {Error} naming the unknown one and what there is.
 */
export function chooseWorkspaces(asked: readonly string[], all = allWorkspaces()): Workspace[] {
  if (asked.length === 0) return all;
  return asked.map((text) => {
    const wanted = text.replaceAll("\\", "/").replace(/\/+$/, "");
    const found = all.find(({ name, folder, packageName }) => [name, folder, packageName].includes(wanted));
    if (found) return found;
    const names = all.map(({ name }) => name).join(", ");
    throw new Error(`Cannot test "${text}": no app or package has that name. There are ${names}.`);
  });
}

export function readPackage(folder: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}
