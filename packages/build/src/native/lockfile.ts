// The part of package-lock.json (version 3) that says what a package needs on one system.
import { posix } from "node:path";
import type { System } from "@faasade/platforms/shared/platform";

export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** By folder relative to the root, such as `node_modules/sharp`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

/**
 * The named packages and all that they need at run time on `system`, laid out anew with the named ones at the top.
 * @param folders where the named packages are, as keys of the lockfile.
 * @throws {Error} when the lockfile does not hold one, or not what is for this system.
 */
export function closureOf(
  locked: LockedPackages,
  folders: readonly string[],
  system: System,
): LockedPackages {
  const closure: Record<string, LockedPackage> = {};
  const add = (source: string, parent: string): void => {
    const found = locked[source];
    const name = nameOf(source);
    if (found?.version === undefined)
      throw new Error(`Cannot fetch ${name}: package-lock.json does not hold ${source}. Run npm install.`);
    const place = placeFor(closure, name, found.version, parent);
    if (place in closure) return;
    const { version, resolved, integrity } = found;
    if (integrity === undefined)
      throw new Error(
        `Cannot fetch ${name}: package-lock.json has no integrity for ${source}. Run npm install.`,
      );
    // All that is here was chosen for the system, so that it is needed, and its os and cpu need no second look: npm
    // would refuse what is not for the machine it runs on, and pass over an optional package without a word.
    const dependencies = { ...found.dependencies, ...fitting(locked, source, found, system) };
    closure[place] = { version, integrity, dependencies, ...(resolved === undefined ? {} : { resolved }) };
    for (const dependency of Object.keys(dependencies)) {
      const at = resolve(locked, source, dependency);
      if (at === undefined)
        throw new Error(
          `Cannot fetch ${name}: package-lock.json lacks its dependency ${dependency}. Run npm install.`,
        );
      add(at, place);
    }
  };
  for (const folder of [...folders].sort()) add(folder, "");
  return closure;
}

/** As `sharp@0.35.5`, sorted. */
export function titlesOf(packages: LockedPackages): string[] {
  return Object.entries(packages)
    .map(([folder, { version }]) => `${nameOf(folder)}@${version}`)
    .sort();
}

export const nameOf = (folder: string): string => folder.replace(/^.*node_modules\//, "");

export function fits({ os, cpu, libc }: LockedPackage, system: System): boolean {
  return allows(os, system.os) && allows(cpu, system.cpu) && allows(libc, system.libc);
}

function allows(list: readonly string[] | undefined, value: string): boolean {
  if (list === undefined || list.length === 0) return true;
  if (list.includes(`!${value}`)) return false;
  const wanted = list.filter((one) => !one.startsWith("!"));
  return wanted.length === 0 || wanted.includes(value);
}

/** The optional dependencies for this system. A package that has some for others but none for this one does not run. */
function fitting(
  locked: LockedPackages,
  source: string,
  { optionalDependencies = {} }: LockedPackage,
  system: System,
): Record<string, string> {
  const found = Object.entries(optionalDependencies).flatMap(([name, range]) => {
    const at = resolve(locked, source, name);
    return at === undefined ? [] : [{ name, range, locked: locked[at] ?? {} }];
  });
  const chosen = found.filter((one) => fits(one.locked, system));
  const isPerSystem = found.some((one) => one.locked.os !== undefined);
  if (isPerSystem && !chosen.some((one) => one.locked.os !== undefined))
    throw new Error(
      `Cannot fetch ${nameOf(source)} for ${toText(system)}: package-lock.json names no part of it for that system. ` +
        "Choose another packaging, or a version that has one.",
    );
  return Object.fromEntries(chosen.map(({ name, range }) => [name, range]));
}

export const toText = ({ os, cpu, libc }: System): string => `${os}-${cpu}-${libc}`;

/** As Node looks a package up: beside the one that asks, then upwards. */
function resolve(locked: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const candidate = posix.join(folder === "." ? "" : folder, "node_modules", name);
    if (candidate in locked) return candidate;
    if (folder === "." || folder === "") return undefined;
  }
}

/** At the top, or below who asks when another version stands there. */
function placeFor(closure: LockedPackages, name: string, version: string, parent: string): string {
  const top = `node_modules/${name}`;
  return (closure[top]?.version ?? version) === version ? top : `${parent}/node_modules/${name}`;
}
