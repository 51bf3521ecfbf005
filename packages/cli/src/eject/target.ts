// Where an app is ejected to: refused when something would be written over, filled aside and put in place at once.
import { mkdir, readdir, realpath, rename, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { refused } from "../exit-code.ts";

/** @throws {CommandFailure} when the target is no empty folder, or lies in the checkout. */
export async function checkTarget(root: string, target: string): Promise<void> {
  const way = relative(await realpath(root), await realPathOf(target));
  if (way !== ".." && !way.startsWith(`..${sep}`) && resolve(way) !== way)
    throw refused(
      `Cannot eject into ${target}: it lies in the checkout ${root}. Choose a folder outside, such as ../${basename(target)}.`,
    );
  const entries = await entriesOf(target);
  if (entries === "file") throw refused(`Cannot eject into ${target}: it is a file. Choose a new folder.`);
  if (entries.length > 0)
    throw refused(
      `Cannot eject into ${target}: it is not empty (${entries.slice(0, 3).join(", ")}${entries.length > 3 ? ", …" : ""}). ` +
        "Choose a new folder, or empty that one.",
    );
}

/** Lets `fill` write into a folder beside the target, which becomes the target when that succeeds and vanishes else. */
export async function intoTarget<Result>(
  target: string,
  fill: (folder: string) => Promise<Result>,
): Promise<Result> {
  const aside = `${target}.ejecting-${process.pid}`;
  await mkdir(aside, { recursive: true });
  try {
    const result = await fill(aside);
    // A folder that is there may be somebody's working directory: it is kept.
    await mkdir(target, { recursive: true });
    for (const name of await readdir(aside)) await rename(join(aside, name), join(target, name));
    return result;
  } finally {
    await rm(aside, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** With symbolic links resolved, as far as the path exists. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT" || dirname(path) === path) throw error;
    return join(await realPathOf(dirname(path)), basename(path));
  }
}

async function entriesOf(folder: string): Promise<string[] | "file"> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENOTDIR") return "file";
    throw error;
  }
}
