// Fetches native packages for the system that will run them, whatever the machine that builds. npm checks the integrity
// and honours the user's registry, proxy and cache; what it laid out is kept outside the checkout.
import { createHash, randomUUID } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { System } from "@faasade/platforms/shared/platform";
import type { NativeImport } from "../bundle/natives.ts";
import { closureOf, type LockedPackages, nameOf, titlesOf, toText } from "./lockfile.ts";
import { runNpm } from "./npm.ts";

export interface Natives {
  /** Holds `node_modules`. */
  readonly folder: string;
  /** As `name@version`, sorted. */
  readonly packages: readonly string[];
}

export interface NativeRequest {
  readonly root: string;
  /** What needs them, for errors. */
  readonly name: string;
  readonly natives: readonly NativeImport[];
  readonly system: System;
  readonly report: (line: string) => void;
}

const staleMilliseconds = 60 * 60 * 1000;

/** @throws {Error} naming the packages and the system when they cannot be had. */
export async function installNatives(request: NativeRequest): Promise<Natives> {
  const { root, natives, system, report } = request;
  const lockfile = JSON.parse(await readFile(join(root, "package-lock.json"), "utf8")) as {
    packages: LockedPackages;
  };
  const folders = natives.map(({ manifest }) => relative(root, dirname(manifest)).split(sep).join("/"));
  const closure = closureOf(lockfile.packages, folders, system);
  const packages = titlesOf(closure);
  const wanted = lockOf(closure, natives);
  const key = createHash("sha256")
    .update(`1 ${toText(system)} ${JSON.stringify(wanted)}`)
    .digest("hex");
  const folder = join(cacheFolder(), "native", key.slice(0, 32));
  if (await exists(folder)) return { folder, packages };
  report(`fetching ${packages.join(", ")} for ${toText(system)}`);
  await install(request, wanted, packages, folder);
  return { folder, packages };
}

/** Laid out aside and renamed, so that what is in the cache is whole. */
async function install(
  { root, name, system }: NativeRequest,
  lockfile: ReturnType<typeof lockOf>,
  packages: readonly string[],
  folder: string,
): Promise<void> {
  const aside = `${folder}.${randomUUID()}`;
  try {
    await removeStale(dirname(folder));
    await mkdir(aside, { recursive: true });
    await writeFile(join(aside, "package.json"), JSON.stringify(lockfile.packages[""]));
    await writeFile(join(aside, "package-lock.json"), JSON.stringify(lockfile));
    await copyFile(join(root, ".npmrc"), join(aside, ".npmrc")).catch(() => undefined);
    await runNpm(aside, [
      "ci",
      ...["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-update-notifier"],
    ]);
    for (const path of Object.keys(lockfile.packages))
      if (!(await exists(join(aside, path, "package.json")))) throw new Error(`npm left out ${nameOf(path)}`);
    // A project's npmrc may hold a token; what stays holds packages only.
    for (const file of [".npmrc", "node_modules/.package-lock.json"])
      await rm(join(aside, file), { force: true });
    await rm(join(aside, "node_modules/.bin"), { recursive: true, force: true });
    await rename(aside, folder);
  } catch (error) {
    await rm(aside, { recursive: true, force: true });
    // Another build, at the same time, has put the same there.
    if (await exists(folder)) return;
    throw new Error(
      `Cannot fetch the native packages of ${name} for ${toText(system)} (${packages.join(", ")}): ` +
        `${(error as Error).message}. Build once with the npm registry in reach, ` +
        "or set FAASADE_CACHE to a folder that holds them from another build.",
      { cause: error },
    );
  }
}

/** What builds that were killed have left. */
async function removeStale(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const found = name.includes(".") ? await stat(join(folder, name)).catch(() => undefined) : undefined;
    if (found !== undefined && Date.now() - found.mtimeMs > staleMilliseconds)
      await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** A project that needs nothing but these. */
function lockOf(closure: LockedPackages, natives: readonly NativeImport[]) {
  const versions = natives.map(({ name }) => [name, closure[`node_modules/${name}`]?.version ?? "*"]);
  const project = {
    name: "natives",
    version: "0.0.0",
    private: true,
    dependencies: Object.fromEntries(versions.sort()) as Record<string, string>,
  };
  const packages: Record<string, object> & { "": typeof project } = { "": project, ...closure };
  return { name: project.name, version: project.version, lockfileVersion: 3, requires: true, packages };
}

/** `FAASADE_CACHE`, else where the operating system keeps what can be had again. */
function cacheFolder(): string {
  const { FAASADE_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (FAASADE_CACHE !== undefined && FAASADE_CACHE !== "") return resolve(FAASADE_CACHE);
  if (process.platform === "win32")
    return join(LOCALAPPDATA ?? join(homedir(), "AppData/Local"), "faasade/cache");
  if (process.platform === "darwin") return join(homedir(), "Library/Caches/faasade");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "faasade");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
