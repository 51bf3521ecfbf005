// What a build is told apart by: its artefacts and its manifest, byte for byte.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import type { BuildResult } from "@faasade/build";

/** The folder's record of the build, which names the folder's own place. */
const notCounted = new Set(["build.json"]);

/** SHA-256 in hex. The same sources and options give the same one on every machine. */
export async function fingerprintOf({
  folder,
  packaging,
  unit,
  artefacts,
  manifest,
}: BuildResult): Promise<string> {
  const roots = [...artefacts.map(({ path }) => path.split("/", 1)[0] ?? ""), ...manifest];
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter(
      (path) => !notCounted.has(path) && roots.some((root) => path === root || path.startsWith(`${root}/`)),
    )
    .sort();
  const hash = createHash("sha256").update(`${packaging} ${unit}\n`);
  for (const path of files) hash.update(`${await fileDigest(join(folder, path))} ${path}\n`);
  return hash.digest("hex");
}

/** SHA-256 of a file's bytes, in hex. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
