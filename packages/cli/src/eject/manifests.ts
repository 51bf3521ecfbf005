// package.json files without what stays behind.
import type { WorkspaceManifest } from "../new/lockfile.ts";

export type Manifest = WorkspaceManifest;

export type DependencyKind = "dependencies" | "devDependencies" | "peerDependencies";

type Dependencies = Readonly<Record<string, unknown>>;

/** What runs the scripts, whether code names it or not. */
const tools = new Set(["@biomejs/biome", "@types/node", "node", "turbo", "typescript", "vitest"]);

/** Without the dependencies that the code does not name; types stay with what they describe. */
export function trimDependencies(
  manifest: Manifest,
  kinds: readonly DependencyKind[],
  isNamed: (name: string) => boolean,
): Manifest {
  const trimmed: Record<string, unknown> = { ...manifest };
  const isKept = (name: string): boolean => isNamed(name.replace(/^@types\//, ""));
  for (const kind of kinds) set(trimmed, kind, pick(manifest[kind] as Dependencies | undefined, isKept));
  const peers = (trimmed["peerDependencies"] ?? {}) as Dependencies;
  const meta = manifest["peerDependenciesMeta"] as Dependencies | undefined;
  set(
    trimmed,
    "peerDependenciesMeta",
    pick(meta, (name) => name in peers),
  );
  return trimmed as unknown as Manifest;
}

/** The root's, named after the app: scripts whose file goes along, and the tools that they and the tests need. */
export function rootManifest(
  root: Manifest,
  app: { readonly name: string; readonly description: unknown },
  hasFile: (file: string) => boolean,
  isNamed: (name: string) => boolean,
): Manifest {
  const scripts = pick(root["scripts"] as Dependencies, (name) => {
    const target = scriptFile(root, name);
    return target === undefined || hasFile(target);
  });
  const devDependencies = pick(
    root["devDependencies"] as Dependencies,
    (name) => tools.has(name) || isNamed(name),
  );
  return { ...root, ...app, scripts, devDependencies };
}

/** The file that a script of the root hands to tools/ensure-install.cjs. */
export function scriptFile(root: Manifest, script: string): string | undefined {
  const line = (root["scripts"] as Readonly<Record<string, string>>)[script] ?? "";
  return /^node tools\/ensure-install\.cjs ([^-\s]\S*)/.exec(line)?.[1];
}

export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function pick(
  from: Dependencies | undefined,
  isKept: (name: string) => boolean,
): Record<string, unknown> | undefined {
  const kept = Object.entries(from ?? {}).filter(([name]) => isKept(name));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function set(record: Record<string, unknown>, field: string, value: unknown): void {
  if (value === undefined) delete record[field];
  else record[field] = value;
}
