// Whether the pinned Node runs, and what is installed is what the lockfile says.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readLockfile, workspaceFolders } from "../new/lockfile.ts";
import type { Check } from "./checks.ts";

export async function checkNode(root: string): Promise<Check> {
  const name = "Node";
  const manifest = JSON.parse(await readText(join(root, "package.json"))) as {
    devDependencies?: Readonly<Record<string, string>>;
  };
  const wanted = manifest.devDependencies?.["node"];
  const found = process.versions.node;
  if (wanted === undefined || wanted === found) return { name, state: "ok", detail: found };
  return {
    name,
    state: "wrong",
    detail: `this is ${found}, the repository pins ${wanted}`,
    fix: "Run commands by npm run faasade, which takes the pinned one.",
  };
}

export async function checkLockfile(root: string): Promise<Check> {
  const name = "package-lock.json";
  try {
    const { packages } = await readLockfile(root);
    const missing = (await workspaceFolders(root)).filter((folder) => packages[folder] === undefined);
    if (missing.length === 0) return { name, state: "ok", detail: "knows every app and package" };
    return { name, state: "wrong", detail: `does not know ${missing.join(", ")}`, fix: "Run npm install." };
  } catch (error) {
    return { name, state: "wrong", detail: (error as Error).message, fix: "Restore it from git." };
  }
}

/** The marker is written by tools/ensure-install.cjs: hash of the lockfile, system, processor. */
export async function checkInstallation(root: string): Promise<Check> {
  const name = "node_modules";
  const marker = await readText(join(root, "node_modules", ".faasade-install"));
  const lockfile = await readText(join(root, "package-lock.json"));
  const hash = createHash("sha256").update(lockfile).digest("hex");
  if (marker === `${hash} ${process.platform} ${process.arch}\n`)
    return { name, state: "ok", detail: "as package-lock.json says" };
  const detail = marker === "" ? "not installed by npm run" : "of another package-lock.json or machine";
  return { name, state: "wrong", detail, fix: "The next npm start, or any npm run, installs anew." };
}

async function readText(path: string): Promise<string> {
  return readFile(path, "utf8").catch(() => "");
}
