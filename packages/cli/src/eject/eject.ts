// Writes one app, and what it needs of this checkout, into a folder of its own.
import { copyFile, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withoutLostLinks } from "./markdown.ts";
import { type Plan, planEject } from "./plan.ts";
import { pruneLockfile } from "./prune-lockfile.ts";
import { checkTarget, intoTarget } from "./target.ts";

export interface Ejected {
  readonly app: string;
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** Folders of `packages`, by name. */
  readonly packages: readonly string[];
  /** What the connectors export here and not there, such as `object-store/gcs`. */
  readonly leftOut: readonly string[];
}

/**
 * All or nothing: the folder is filled aside and put in its place at the end.
 * @param target absolute
 * @throws {CommandFailure} for an unknown app, and for a target that is taken or lies in the checkout.
 */
export async function eject(
  root: string,
  app: string,
  target: string,
  report: (line: string) => void,
): Promise<Ejected> {
  await checkTarget(root, target);
  report(`looking for what ${app} needs`);
  const plan = await planEject(root, app);
  return intoTarget(target, async (folder) => {
    report(`writing ${plan.copied.size + plan.written.size} files`);
    await writeFiles(root, plan, folder);
    report("pruning package-lock.json");
    await pruneLockfile(root, folder);
    const files = [...plan.copied, ...plan.written.keys(), "package-lock.json"];
    let bytes = 0;
    for (const file of files) bytes += (await stat(join(folder, file))).size;
    const { packages, leftOut } = plan;
    return { app, folder: target, files: files.length, bytes, packages, leftOut };
  });
}

async function writeFiles(root: string, { copied, written }: Plan, folder: string): Promise<void> {
  const there = new Set([...copied, ...written.keys()].flatMap(withFolders));
  const isThere = (path: string): boolean => there.has(path);
  for (const file of copied) {
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    if (file.endsWith(".md"))
      await writeFile(target, withoutLostLinks(await readFile(join(root, file), "utf8"), file, isThere));
    else await copyFile(join(root, file), target);
  }
  for (const [file, text] of written) {
    const target = join(folder, file);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, file.endsWith(".md") ? withoutLostLinks(text, file, isThere) : text);
  }
}

/** "a/b/c" is there, and so are "a/b" and "a". */
function withFolders(file: string): string[] {
  const parts = file.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}
