// Folders for tests, and checkouts with apps written on the spot.
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { onTestFinished } from "vitest";
import { root } from "./process-platform.ts";

export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "faasade-build-")));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A checkout that holds these files besides what apps are made of. */
export async function checkoutWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, "node_modules/@faasade"), { recursive: true });
  await symlink(join(root, "packages"), join(folder, "packages"), "junction");
  for (const name of ["core", "connectors", "platforms"])
    await symlink(join(root, "packages", name), join(folder, "node_modules/@faasade", name), "junction");
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

/** A checkout elsewhere with the same sources of hello, and of all that it needs. */
export async function copyOfHello(): Promise<string> {
  const folder = await temporaryFolder();
  const copy = (path: string): Promise<void> => cp(join(root, path), join(folder, path), { recursive: true });
  for (const path of ["apps/hello/src", "node_modules/jose"]) await copy(path);
  await mkdir(join(folder, "node_modules/@faasade"), { recursive: true });
  for (const name of ["core", "platforms"]) {
    await copy(`packages/${name}/src`);
    await copy(`packages/${name}/package.json`);
    await symlink(join(folder, "packages", name), join(folder, "node_modules/@faasade", name), "junction");
  }
  return folder;
}

/** Every file below a folder, by its path with "/". */
export async function readTree(folder: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = new Map<string, Buffer>();
  for (const path of paths.sort())
    files.set(relative(folder, path).split(sep).join("/"), await readFile(path));
  return files;
}
