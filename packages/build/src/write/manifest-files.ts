// Writes what a platform's manifest returned, in the form its path asks for.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, extname, join, posix } from "node:path";
import type { ManifestFile } from "@faasade/platforms/shared/platform";

/** @param former where the last build's files are; what is the operator's is taken over. Returns the paths, sorted. @throws {Error} for a path outside the folder, or one that is taken. */
export async function writeManifest(
  folder: string,
  former: string,
  files: readonly ManifestFile[],
  taken: readonly string[],
): Promise<string[]> {
  const written = new Set<string>();
  for (const { path, content, keep } of files) {
    if (
      posix.isAbsolute(path) ||
      posix.normalize(path) !== path ||
      path.startsWith("..") ||
      path.includes("\\")
    )
      throw new Error(`Cannot write the manifest's ${path}: it is no plain path inside the folder.`);
    if (written.has(path) || taken.includes(path.split("/", 1)[0] ?? ""))
      throw new Error(`Cannot write the manifest's ${path}: there is another file of that name.`);
    written.add(path);
    await mkdir(dirname(join(folder, path)), { recursive: true });
    const kept =
      keep === true ? await readFile(join(former, path), "utf8").catch(() => undefined) : undefined;
    const text = typeof content === "string" ? content : await toText(path, content);
    await writeFile(join(folder, path), kept ?? text);
  }
  return [...written].sort();
}

async function toText(path: string, content: object): Promise<string> {
  switch (extname(path)) {
    case ".json":
      return `${JSON.stringify(content, undefined, 2)}\n`;
    case ".yaml":
    case ".yml":
      // Who reads manifests knows YAML 1.1, in which a bare `2010-09-09` is a date and a bare `on` is true.
      return (await import("yaml")).stringify(content, {
        version: "1.1",
        lineWidth: 0,
        aliasDuplicateObjects: false,
      });
    default:
      throw new Error(`Cannot write the manifest's ${path}: an object is written as .json or .yaml.`);
  }
}
