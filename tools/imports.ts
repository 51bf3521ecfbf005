/** What the code of a workspace imports, read by esbuild's parser; type-only imports are left to the linter. */

import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "./workspaces.ts";

export interface Import {
  /** Importing file, relative to the root, with "/". */
  file: string;
  /** As written: "./a.ts", "valibot", "@faasade/core/adapter", "node:path". */
  specifier: string;
}

/** @param files paths relative to the root */
export async function importsOf(files: readonly string[]): Promise<Import[]> {
  const found: Import[] = [];
  const collect: Plugin = {
    name: "collect-imports",
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ kind, importer, path }) => {
        if (kind === "entry-point") return undefined;
        const file = importer.slice(root.length + 1).replaceAll("\\", "/");
        found.push({ file, specifier: path });
        return { external: true, path };
      });
    },
  };
  await build({
    absWorkingDir: root,
    entryPoints: files.map((file) => join(root, file)),
    bundle: true,
    write: false,
    outdir: "nowhere",
    format: "esm",
    platform: "node",
    logLevel: "silent",
    plugins: [collect],
  });
  return found;
}

/** "@faasade/core" of "@faasade/core/adapter"; undefined for a relative path and for what Node brings. */
export function packageOf(specifier: string): string | undefined {
  if (/^(\.|\/|node:)/.test(specifier)) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
