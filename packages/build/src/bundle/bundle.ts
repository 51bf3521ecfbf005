// Bundles functions of one app into one artefact: a small entry, and a chunk per function and driver.
import { extname } from "node:path";
import type { DeployedResource, Packaging } from "@faasade/platforms/shared/platform";
import type { BuildFailure, Metafile } from "esbuild";
import type { DescribedFunction } from "../describe/describe.ts";
import { builtinsOnDemand } from "./builtins.ts";
import { artefactSource } from "./composition.ts";
import { generated } from "./generated.ts";
import { gatherLicences } from "./licences.ts";
import { mergeEntry } from "./merge.ts";
import { leaveNatives, type NativeImport } from "./natives.ts";
import { withRequire } from "./require.ts";

export interface Bundle {
  /** By path inside the artefact. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** By path inside the artefact. */
  readonly outputs: Metafile["outputs"];
  readonly inputs: Metafile["inputs"];
  /** Packages that are left out of the bundle and must stand beside it. */
  readonly natives: readonly NativeImport[];
}

export interface BundleRequest {
  readonly root: string;
  readonly app: string;
  /** What the artefact is called in errors. */
  readonly name: string;
  readonly packaging: Packaging;
  readonly functions: readonly DescribedFunction[];
  /** Http functions of the app that other artefacts hold. */
  readonly elsewhere?: readonly DescribedFunction[];
  /** Those that the functions use. */
  readonly resources: readonly DeployedResource[];
}

/** Nothing is written. @throws {Error} naming what does not resolve or parse, with its place. */
export async function bundle(request: BundleRequest): Promise<Bundle> {
  const { root, app, packaging, functions, resources, elsewhere } = request;
  const extension = extname(packaging.file);
  if (![".mjs", ".js"].includes(extension))
    throw new Error(
      `Cannot bundle ${request.name}: ${packaging.file} is no ES module. Name a .mjs or .js file.`,
    );
  const { build } = await import("esbuild");
  const natives = new Map<string, NativeImport>();
  const { metafile, outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: "faasade:entry", out: packaging.file.slice(0, -extension.length) }],
    outdir: ".",
    outExtension: { ".js": extension },
    chunkNames: "[name]-[hash]",
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    // A CommonJS module that is imported on demand would come without its named exports.
    mainFields: ["module", "main"],
    // The functions were described, and so checked, before.
    conditions: ["faasade-built", "module"],
    target: "node24",
    // Else each such pattern of a library is made when it is loaded, whether it is used or not.
    supported: { "regexp-unicode-property-escapes": true },
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    external: [...(packaging.provided ?? [])],
    plugins: [
      generated(root, {
        "faasade:entry": entryOf(packaging, functions),
        "faasade:artefact": artefactSource(app, functions, resources, elsewhere),
      }),
      builtinsOnDemand(),
      leaveNatives(natives),
    ],
  }).catch((error: BuildFailure) => {
    throw new Error(`Cannot bundle ${request.name}: ${explain(error)}`, { cause: error });
  });

  refuseLazyCommonJs(request.name, metafile);
  const split = new Map(
    Object.keys(metafile.outputs).map((path, index) => {
      const output = outputFiles[index];
      if (output === undefined) throw new Error(`Cannot bundle ${request.name}: ${path} came out empty.`);
      return [path, output.contents];
    }),
  );
  const merged = await mergeEntry(split, metafile.outputs, packaging.file);
  const files = new Map([...merged].map(([path, contents]) => [path, withRequire(contents)]));
  const licences = await gatherLicences(root, Object.keys(metafile.inputs));
  if (licences !== undefined) files.set("LICENSES.txt", licences);
  if (extension === ".js") files.set("package.json", new TextEncoder().encode('{"type":"module"}\n'));
  return { files, outputs: metafile.outputs, inputs: metafile.inputs, natives: [...natives.values()] };
}

function entryOf({ entry, httpEntry }: Packaging, functions: readonly DescribedFunction[]): string {
  return httpEntry !== undefined && functions.every(({ outline }) => outline.kind === "http")
    ? httpEntry
    : entry;
}

/** Node would read named exports off it; the bundle gives `default` alone, and says so only when it runs. */
function refuseLazyCommonJs(name: string, { inputs, outputs }: Metafile): void {
  for (const { entryPoint = "" } of Object.values(outputs)) {
    if (inputs[entryPoint]?.format !== "cjs") continue;
    throw new Error(
      `Cannot bundle ${name}: ${entryPoint} is CommonJS and imported on demand, so only its default export would be ` +
        "there. Import it by a statement, in a module of its own that is imported on demand.",
    );
  }
}

function explain({ errors, message }: BuildFailure): string {
  const told = errors?.map(({ text, location }) =>
    location === null ? text : `${text} (${location.file}:${location.line})`,
  );
  return told === undefined ? message : `${told.slice(0, 5).join("; ")}.`;
}
