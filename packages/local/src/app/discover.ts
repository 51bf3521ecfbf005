// Finds the apps of a checkout and what their package.json says to the local world.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FunctionError } from "@faasade/core";

export interface AppSource {
  readonly name: string;
  readonly folder: string;
  readonly description: string;
  /** Files of `src/functions`, absolute, sorted. */
  readonly functionFiles: readonly string[];
  /** One line to try, with `{url}` for the app's address. */
  readonly try: string | undefined;
  /** Path of the app's own page. */
  readonly page: string | undefined;
  /** Store name → folder whose files are put there once, when the world is new. */
  readonly seed: Readonly<Record<string, string>>;
  /** Variables that hold here unless the operator sets them: what is right on a laptop alone. */
  readonly settings: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly description?: string;
  readonly faasade?: {
    readonly try?: string;
    readonly page?: string;
    readonly seed?: Record<string, string>;
    readonly settings?: Record<string, string>;
  };
}

/** @throws {FunctionError} `not_found` when a named app does not exist; it names those that do. */
export async function discoverApps(appsFolder: string, only: readonly string[] = []): Promise<AppSource[]> {
  const entries = await readdir(appsFolder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const found = (await Promise.all(names.sort().map((name) => readApp(appsFolder, name)))).filter(
    (app) => app !== undefined,
  );
  const missing = only.filter((name) => !found.some((app) => app.name === name));
  if (missing.length > 0) {
    const present = found.map(({ name }) => name).join(", ") || "none";
    throw new FunctionError(
      "not_found",
      `Cannot start ${missing.join(", ")}: there is no such app in ${appsFolder}. There are: ${present}.`,
    );
  }
  return only.length === 0 ? found : found.filter(({ name }) => only.includes(name));
}

/** One app, or undefined when the folder holds none. */
export async function readApp(appsFolder: string, name: string): Promise<AppSource | undefined> {
  const folder = join(appsFolder, name);
  const functions = join(folder, "src", "functions");
  const files = await readdir(functions).catch(() => undefined);
  if (files === undefined) return undefined;
  const manifest = await readManifest(manifestOf(folder));
  return {
    name,
    folder,
    description: manifest.description ?? "",
    functionFiles: files
      .filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))
      .sort()
      .map((file) => join(functions, file)),
    try: manifest.faasade?.try,
    page: manifest.faasade?.page,
    seed: manifest.faasade?.seed ?? {},
    settings: manifest.faasade?.settings ?? {},
  };
}

export const manifestOf = (folder: string): string => join(folder, "package.json");

async function readManifest(file: string): Promise<Manifest> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Manifest;
  } catch (error) {
    throw new Error(`Cannot read ${file}, which every app needs: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
