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

/**
 * The folders that the block ```` ```tree ```` of a Markdown text names: those at its left edge, and what stands
 * two spaces further in below `packages/`. `apps/<use-case>/` means every folder of apps. Undefined without a block.
 */
export function treeFolders(markdown: string): { top: Set<string>; packages: Set<string> } | undefined {
  const block = /^```tree\n([\s\S]*?)^```$/m.exec(markdown.replaceAll("\r\n", "\n"))?.[1];
  if (block === undefined) return undefined;
  const tree = { top: new Set<string>(), packages: new Set<string>() };
  let parent = "";
  for (const line of block.split("\n")) {
    const indent = line.length - line.trimStart().length;
    const names = leadingFolders(line);
    if (indent === 0) parent = names[0] ?? "";
    if (indent === 0) for (const name of names) tree.top.add(name.split("/")[0] ?? "");
    if (indent === 2 && parent === "packages") for (const name of names) tree.packages.add(name);
  }
  return tree;
}

/** "flows/  telemetry/   composition; traces" names flows and telemetry. */
function leadingFolders(line: string): string[] {
  const words = line.trim().split(/\s+/);
  const end = words.findIndex((word) => !word.endsWith("/"));
  return words.slice(0, end === -1 ? words.length : end).map((word) => word.slice(0, -1));
}
