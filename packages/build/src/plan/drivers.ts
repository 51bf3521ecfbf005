// Which driver an artefact carries for every resource: by the resource's name, its kind, or the platform's own choice.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Grant } from "@faasade/core/adapter";
import type { DeployedResource, Platform } from "@faasade/platforms/shared/platform";
import type { DescribedFunction } from "../describe/describe.ts";

export interface Assignment {
  /** What the functions that are packed use, in the order of kind and name. */
  readonly resources: readonly DeployedResource[];
  readonly driverOf: (kind: string, name: string) => string | undefined;
  readonly problems: readonly string[];
}

/** The module of a driver. */
export const driverModule = (kind: string, driver: string): string => `@faasade/connectors/${kind}/${driver}`;

export async function assignDrivers(
  app: string,
  platform: Platform,
  packed: readonly DescribedFunction[],
  all: readonly DescribedFunction[],
  asked: Readonly<Record<string, string>>,
): Promise<Assignment> {
  const exports = await connectorExports();
  const driverOf = (kind: string, name: string): string | undefined =>
    own(asked, name) ?? own(asked, kind) ?? own(platform.drivers, kind);
  /** What cannot be, and of which functions: several may use the same resource. */
  const faults = new Map<string, Set<string>>();
  const resources = new Map<string, DeployedResource>();
  const kinds = new Map<string, string>();
  for (const { description } of packed)
    for (const { kind, name } of description.grants) {
      const driver = driverOf(kind, name);
      const fault = (what: string): void => {
        faults.set(what, (faults.get(what) ?? new Set()).add(`${app}/${description.name}`));
      };
      if ((kinds.get(name) ?? kind) !== kind)
        fault(`: ${name} is both a ${kinds.get(name)} and a ${kind}. Rename one of them.`);
      kinds.set(name, kind);
      if (driver === undefined)
        fault(
          ` for ${platform.title}: there is no driver for the ${kind} ${name} there. ` +
            `Name one in drivers (${driversOf(exports, kind)}), or choose another platform.`,
        );
      else if (!(`./${kind}/${driver}` in exports))
        fault(
          ` for ${platform.title}: there is no driver "${driver}" for the ${kind} ${name}. ` +
            wayOut(exports, platform, kind, name),
        );
      else resources.set(`${kind} ${name}`, { kind, name, driver });
    }
  const grants = all.flatMap(({ description }) => description.grants);
  const problems = [...faults].map(([what, names]) => `Cannot build ${[...names].join(", ")}${what}`);
  return {
    driverOf,
    problems: [...problems, ...unknownDrivers(app, asked, grants)],
    resources: [...resources]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([, resource]) => resource),
  };
}

const connectors = fileURLToPath(new URL("../../../connectors/package.json", import.meta.url));

async function connectorExports(): Promise<Readonly<Record<string, unknown>>> {
  return (JSON.parse(await readFile(connectors, "utf8")) as { exports: Record<string, unknown> }).exports;
}

/** Those there are, of whatever kind of resource. */
export async function driverNames(): Promise<ReadonlySet<string>> {
  const paths = Object.keys(await connectorExports()).map((path) => path.split("/"));
  return new Set(paths.flatMap(([, , name]) => name ?? []));
}

function unknownDrivers(
  app: string,
  asked: Readonly<Record<string, string>>,
  grants: readonly Grant[],
): string[] {
  const known = new Set(grants.flatMap(({ kind, name }) => [kind, name]));
  return Object.keys(asked)
    .filter((key) => !known.has(key))
    .map((key) => {
      const names = [...known].sort().join(", ") || "none";
      return `Cannot build ${app} with ${key}: "${asked[key]}": no function uses ${key}. There are: ${names}.`;
    });
}

/** What there is, and what of it starts functions there. */
function wayOut(
  exports: Readonly<Record<string, unknown>>,
  { triggers }: Platform,
  kind: string,
  name: string,
): string {
  const table = kind === "object-store" ? triggers.object : triggers.message;
  const able = Object.entries(kind === "sql" ? {} : table)
    .filter(([driver, { how }]) => how !== "unsupported" && `./${kind}/${driver}` in exports)
    .map(([driver]) => `--driver ${name}=${driver}`);
  const way = able.length > 0 ? `Say ${able.join(" or ")}` : "Choose another platform, or write that driver";
  return `There are: ${driversOf(exports, kind)}. ${way}.`;
}

function driversOf(exports: Readonly<Record<string, unknown>>, kind: string): string {
  const names = Object.keys(exports)
    .filter((path) => path.startsWith(`./${kind}/`))
    .map((path) => path.slice(kind.length + 3))
    .filter((name) => name !== "conformance" && name !== "session");
  return names.join(", ") || "none yet";
}

function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
