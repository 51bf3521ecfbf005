// Packages with native parts cannot be bundled: their imports stay as they are.
import { readFile } from "node:fs/promises";
import { findPackageJSON, isBuiltin } from "node:module";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

export interface NativeImport {
  readonly name: string;
  /** Of its package.json. */
  readonly manifest: string;
}

/** Puts what it leaves out into `found`, by name. */
export function leaveNatives(found: Map<string, NativeImport>): Plugin {
  const known = new Map<string, boolean>();
  return {
    name: "leave-natives",
    setup(build) {
      build.onResolve(
        { filter: /^(@[^/]+\/)?[^./#@:][^:]*$/ },
        async ({ path, importer, namespace, kind }) => {
          if (kind === "entry-point" || namespace !== "file" || isBuiltin(path)) return undefined;
          const manifest = locate(path, importer);
          if (manifest === undefined) return undefined;
          if (!known.has(manifest))
            known.set(manifest, isNative(JSON.parse(await readFile(manifest, "utf8"))));
          if (known.get(manifest) !== true) return undefined;
          const name = packageName(path);
          const other = found.get(name);
          if (other !== undefined && other.manifest !== manifest)
            return { errors: [{ text: `there are two of ${name}: ${other.manifest} and ${manifest}` }] };
          found.set(name, { name, manifest });
          return { path, external: true };
        },
      );
    },
  };
}

/** Undefined for what is not there; the bundler then says so, or finds it in a way of its own. */
function locate(specifier: string, importer: string): string | undefined {
  try {
    return findPackageJSON(specifier, pathToFileURL(importer));
  } catch {
    return undefined;
  }
}

interface Manifest {
  readonly gypfile?: boolean;
  readonly binary?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** Either one package per system, or a build or download at installation. */
function isNative({ gypfile, binary, dependencies = {}, optionalDependencies = {} }: Manifest): boolean {
  if (gypfile === true || binary !== undefined) return true;
  if (Object.keys(optionalDependencies).some((name) => /(linux|darwin|win32)/.test(name))) return true;
  return ["bindings", "node-gyp-build", "prebuild-install"].some((name) => name in dependencies);
}

function packageName(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
