// Formats new files with the repository's own formatter: only it knows how long names break lines.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** @returns whether it could; without it the files work just as well. */
export async function formatFiles(root: string, files: readonly string[]): Promise<boolean> {
  const biome = join(root, "node_modules", "@biomejs", "biome", "bin", "biome");
  return promisify(execFile)(process.execPath, [biome, "check", "--write", ...files], { cwd: root }).then(
    () => true,
    () => false,
  );
}
