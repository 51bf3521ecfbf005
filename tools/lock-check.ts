/** Says what package-lock.json lacks, so that `npm ci` works on every kind of machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspaces.ts";

export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  optionalDependencies?: Record<string, string>;
}

const systems = ["linux", "darwin", "win32"] as const;
const processors = ["x64", "arm64"] as const;

/** How the native packages in use name their six platform packages. */
const platformPackages: Record<string, (system: (typeof systems)[number], processor: string) => string> = {
  "@biomejs/biome": (system, processor) => `@biomejs/cli-${system}-${processor}`,
  esbuild: (system, processor) => `@esbuild/${system}-${processor}`,
  rolldown: (system, processor) =>
    `@rolldown/binding-${system}-${processor}${{ linux: "-gnu", darwin: "", win32: "-msvc" }[system]}`,
  sharp: (system, processor) => `@img/sharp-${system}-${processor}`,
  turbo: (system, processor) =>
    `@turbo/${{ linux: "linux", darwin: "darwin", win32: "windows" }[system]}-${processor === "x64" ? "64" : processor}`,
  typescript: (system, processor) => `@typescript/typescript-${system}-${processor}`,
};

/** What is missing, one line each; empty when every platform can install. */
export function lockProblems(lockfile: Lockfile = readLockfile()): string[] {
  const locked = new Set(Object.keys(lockfile.packages).map((path) => path.replace(/^.*node_modules\//, "")));
  const named = Object.entries(lockfile.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((dependency) => [path || "the root", dependency] as const),
  );
  const platforms = Object.entries(platformPackages)
    .filter(([owner]) => locked.has(owner))
    .flatMap(([owner, nameFor]) =>
      systems.flatMap((system) =>
        processors.map((processor) => [owner, nameFor(system, processor)] as const),
      ),
    );
  const missing = [...named, ...platforms].filter(([, dependency]) => !locked.has(dependency));
  return [
    ...new Set(
      missing.map(([owner, dependency]) => `package-lock.json lacks ${dependency}, which ${owner} names.`),
    ),
  ];
}

function readLockfile(): Lockfile {
  return JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
}
