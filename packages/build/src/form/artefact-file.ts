// The files of an artefact in memory, and what of a native package goes with it.
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";

export interface ArtefactFile {
  /** Relative to the artefact, with "/". */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Told by content, since a file system may not know: programs and shared libraries, and scripts with a "#!". */
export function modeOf({ bytes }: ArtefactFile): 0o644 | 0o755 {
  const isElf = bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
  const isScript = bytes[0] === 0x23 && bytes[1] === 0x21;
  return isElf || isScript ? 0o755 : 0o644;
}

/** Independent of locale and file system. */
export function byPath(one: ArtefactFile, other: ArtefactFile): number {
  return one.path < other.path ? -1 : 1;
}

export function bytesOf(files: readonly ArtefactFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Everything of `node_modules` below `folder` but what serves compilers only. */
export async function readPackages(folder: string): Promise<ArtefactFile[]> {
  const entries = await readdir(join(folder, "node_modules"), { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !/\.(d\.[cm]?ts|[cm]?js\.map|cc|cpp|hh?|hpp|gypi?)$/.test(path));
  return Promise.all(paths.map(async (path) => ({ path, bytes: await readFile(join(folder, path)) })));
}
