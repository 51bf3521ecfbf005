// What a checkout holds: its files without what git ignores, its workspaces, and which file leads to which.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, matchesGlob, posix } from "node:path";
import { readLockfile, type WorkspaceManifest, workspaceFolders } from "../new/lockfile.ts";

export interface Checkout {
  readonly root: string;
  /** Relative to the root, with "/", sorted. */
  readonly files: ReadonlySet<string>;
  /** Folder → package.json. */
  readonly workspaces: ReadonlyMap<string, WorkspaceManifest>;
  readonly manifest: WorkspaceManifest;
  /** Of a file that is text. Read once. */
  readonly text: (file: string) => string;
}

export async function readCheckout(root: string): Promise<Checkout> {
  await readLockfile(root);
  const texts = new Map<string, string>();
  const text = (file: string): string => {
    const known = texts.get(file) ?? readFileSync(join(root, file), "utf8");
    texts.set(file, known);
    return known;
  };
  const read = (folder: string): WorkspaceManifest => JSON.parse(text(posix.join(folder, "package.json")));
  const workspaces = (await workspaceFolders(root)).map((folder) => [folder, read(folder)] as const);
  const files = new Set(listFiles(root, ignored(root)).sort());
  return { root, files, workspaces: new Map(workspaces), manifest: read("."), text };
}

export function isCode(file: string): boolean {
  return /\.(ts|tsx|js|cjs|mjs)$/.test(file);
}

/** The files that are there of those a file names by a relative path: by import, require or URL. */
export function namedFiles({ files, text }: Checkout, file: string): string[] {
  const paths = [...text(file).matchAll(/["'`](\.{1,2}\/[^"'`\n]+)["'`]/g)].map(([, path = ""]) =>
    posix.join(posix.dirname(file), path),
  );
  return paths.filter((path) => files.has(path));
}

/** These files and what they lead to, code by code. */
export function reachableFiles(checkout: Checkout, from: Iterable<string>): Set<string> {
  const reached = new Set(from);
  for (const file of reached)
    if (isCode(file)) for (const named of namedFiles(checkout, file)) reached.add(named);
  return reached;
}

/** The folders of these workspaces and of those they depend on, however far. */
export function reachableWorkspaces(
  workspaces: ReadonlyMap<string, WorkspaceManifest>,
  from: readonly string[],
): string[] {
  const folders = new Map([...workspaces].map(([folder, { name }]) => [name, folder]));
  const reached = new Set(from);
  for (const folder of reached)
    for (const name of Object.keys((workspaces.get(folder)?.["dependencies"] as object | undefined) ?? {})) {
      const dependency = folders.get(name);
      if (dependency !== undefined) reached.add(dependency);
    }
  return [...reached].sort();
}

/** Whether a text has a package's name between quotes, with or without a path behind it. */
export function namesPackage(text: string, name: string): boolean {
  return ['"', "/"].some((end) => text.includes(`"${name}${end}`));
}

/** Whether a text has the name of an app as a word; what hangs on it by hyphens counts. */
export function namesApp(text: string, app: string): boolean {
  return new RegExp(`(?<!\\w)${app}(?!\\w)`).test(text);
}

function listFiles(root: string, patterns: readonly string[], folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === ".git" || patterns.some((pattern) => matchesGlob(entry.name, pattern))) return [];
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(root, patterns, path);
    return entry.isFile() ? [path] : [];
  });
}

/** The patterns of .gitignore, which here are names without a folder. */
function ignored(root: string): string[] {
  const path = join(root, ".gitignore");
  const lines = existsSync(path) ? readFileSync(path, "utf8").split(/\r?\n/) : [];
  return lines.filter((line) => line !== "" && !line.startsWith("#")).map((line) => basename(line));
}
