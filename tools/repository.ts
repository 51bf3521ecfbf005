/** The repository's own files and folders, without what is installed, built or recorded while it runs. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspaces.ts";

const notOurs = new Set([".git", ".faasade", ".turbo", "coverage", "node_modules"]);

export interface RepositoryContents {
  /** Paths relative to the root, with "/". */
  files: string[];
  folders: string[];
}

export function repositoryContents(from = root): RepositoryContents {
  const found: RepositoryContents = { files: [], folders: [] };
  walk("");
  return found;

  function walk(folder: string): void {
    for (const entry of readdirSync(join(from, folder), { withFileTypes: true })) {
      if (notOurs.has(entry.name)) continue;
      const path = folder ? `${folder}/${entry.name}` : entry.name;
      if (!entry.isDirectory()) found.files.push(path);
      else {
        found.folders.push(path);
        walk(path);
      }
    }
  }
}

/** What may stand in a folder whose contents a tree lists; in one that it does not list, anything may. */
export interface ListedFolder {
  /** Of the folder itself: [] is the root, `<app>` means every folder. */
  readonly path: readonly string[];
  readonly children: ReadonlySet<string>;
}

/**
 * The folders that the block ```` ```tree ```` of a Markdown text names, by the folder they stand in: those at its left
 * edge in the root, and what is two spaces further in, in the folder above. Undefined without a block.
 */
export function treeFolders(markdown: string): readonly ListedFolder[] | undefined {
  const block = /^```tree\n([\s\S]*?)^```$/m.exec(markdown.replaceAll("\r\n", "\n"))?.[1];
  if (block === undefined) return undefined;
  const listed = new Map<string, { path: readonly string[]; children: Set<string> }>();
  const parents: (readonly string[])[] = [[]];
  for (const line of block.split("\n")) {
    const depth = (line.length - line.trimStart().length) / 2;
    const path = parents[depth] ?? [];
    for (const name of leadingFolders(line)) {
      const folder = listed.get(path.join("/")) ?? { path, children: new Set() };
      listed.set(path.join("/"), folder);
      folder.children.add(name.split("/")[0] ?? "");
      parents[depth + 1] = [...path, ...name.split("/")];
    }
  }
  return [...listed.values()];
}

/** The folders that a tree knows no place for. */
export function strayFolders(tree: readonly ListedFolder[], folders: readonly string[]): string[] {
  return folders.filter((folder) => {
    const parts = folder.split("/");
    const name = parts.pop() ?? "";
    const of = tree.filter(
      ({ path }) => path.length === parts.length && path.every((part, at) => isNamed(part, parts[at])),
    );
    return of.length > 0 && !of.some(({ children }) => [...children].some((child) => isNamed(child, name)));
  });
}

function isNamed(pattern: string, name: string | undefined): boolean {
  return pattern === name || /^<.+>$/.test(pattern);
}

/** "flows/  telemetry/   composition; traces" names flows and telemetry. */
function leadingFolders(line: string): string[] {
  const words = line.trim().split(/\s+/);
  const end = words.findIndex((word) => !word.endsWith("/"));
  return words.slice(0, end === -1 ? words.length : end).map((word) => word.slice(0, -1));
}
