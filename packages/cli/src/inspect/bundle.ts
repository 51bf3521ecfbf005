// How many bytes a function is once it is bundled.

import { gzipSync } from "node:zlib";
import { leaveNatives, type NativeImport } from "@faasade/build/natives";

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
  const natives = new Map<string, NativeImport>();
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
    plugins: [leaveNatives(natives)],
  });
  const [output] = outputFiles;
  const contents = output?.contents ?? new Uint8Array();
  return {
    bytes: contents.length,
    gzipBytes: gzipSync(contents).length,
    externals: [...natives.keys()].sort(),
  };
}
