// How many bytes a function is once it is bundled.

import { readFile } from "node:fs/promises";
import { findPackageJSON, isBuiltin } from "node:module";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { Plugin } from "esbuild";

export interface Bundle {
  /** Minified. */
  readonly bytes: number;
  readonly gzipBytes: number;
  /** Packages with native parts: they stand beside a bundle, never in it. */
  readonly externals: readonly string[];
}

/** Bundles in memory; nothing is written. @throws {Error} naming what does not resolve. */
export async function bundleFunction(root: string, path: string): Promise<Bundle> {
  const { build } = await import("esbuild");
  const externals = new Set<string>();
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [path],
    outfile: "function.mjs",
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    logLevel: "silent",
    plugins: [leaveNative(externals)],
  });
  const [output] = outputFiles;
  const contents = output?.contents ?? new Uint8Array();
  return {
    bytes: contents.length,
    gzipBytes: gzipSync(contents).length,
    externals: [...externals].sort(),
  };
}

function leaveNative(externals: Set<string>): Plugin {
  return {
    name: "leave-native",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, async ({ path, importer, kind }) => {
        if (kind === "entry-point" || isBuiltin(path)) return undefined;
        const manifest = importer === "" ? undefined : findPackageJSON(path, pathToFileURL(importer));
        if (manifest === undefined || !isNative(JSON.parse(await readFile(manifest, "utf8"))))
          return undefined;
        externals.add(packageName(path));
        return { path, external: true };
      });
    },
  };
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
