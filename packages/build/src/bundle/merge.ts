// Merges what an entry imports before it runs into the entry: each file more costs a cold start half a millisecond.
// What is imported on demand stays in files of its own, and finds what it shares with the entry there, Node's modules too.
import { extname, posix } from "node:path";
import type { BuildOptions, Metafile, Plugin } from "esbuild";

export type Files = ReadonlyMap<string, Uint8Array>;
type Outputs = Metafile["outputs"];

/** @returns the entry, and what is imported on demand; nothing else is left of the files. */
export async function mergeEntry(files: Files, outputs: Outputs, entry: string): Promise<Files> {
  const starts = [entry, ...Object.keys(outputs).filter((path) => holdsOnlyBuiltins(outputs[path]))];
  const loaded = new Set(starts.flatMap((path) => [...loadedWith(outputs, path)]));
  const eager = [...loaded].filter((path) => path !== entry);
  // Names of several files meet in one: each file's get a prefix.
  const passedOn = new Map(
    eager.map((path, index) => {
      const names = outputs[path]?.exports ?? [];
      return [path, names.map((name) => ({ name, inEntry: `m${index}_${name}` }))] as const;
    }),
  );
  const late = Object.keys(outputs).filter((path) => path !== entry && !passedOn.has(path));
  const fromEntry = (path: string): string | undefined => {
    // A statement for each name: those that a file does not use are left out of it.
    const names = passedOn
      .get(path)
      ?.map((one) => `export { ${one.inEntry} as ${one.name} } from "./${entry}";`);
    return names?.join("\n");
  };
  const lateFiles = await bundleAgain(
    { entryPoints: late.map(named), outdir: ".", outExtension: { ".js": extname(entry) } },
    inMemory(files, entry, fromEntry),
  );
  // Each export costs every start, so only those that somebody imports.
  const taken = new Set([...lateFiles.values()].flatMap(namesIn));
  const lists = [...passedOn].map(([path, names]) => {
    const given = names.filter(({ inEntry }) => taken.has(inEntry));
    return `export { ${given.map((one) => `${one.name} as ${one.inEntry}`)} } from "./${path}";`;
  });
  const whole = { contents: [`export * from "./${entry}";`, ...lists].join("\n"), sourcefile: entry };
  return new Map([
    ...(await bundleAgain({ stdin: whole, outfile: entry }, inMemory(files, entry))),
    ...lateFiles,
  ]);
}

/** Whatever looks like a name of the entry's: one too many does no harm. */
function namesIn(contents: Uint8Array): string[] {
  return new TextDecoder().decode(contents).match(/\bm\d+_[\w$]+/g) ?? [];
}

/** The file and all that it imports before it runs. */
export function loadedWith(outputs: Outputs, start: string | undefined): Set<string> {
  const loaded = new Set<string>();
  const visit = (path: string): void => {
    if (loaded.has(path) || !(path in outputs)) return;
    loaded.add(path);
    for (const { path: next, kind } of outputs[path]?.imports ?? [])
      if (kind === "import-statement") visit(next);
  };
  if (start !== undefined) visit(start);
  return loaded;
}

/** A hundred bytes that take nothing before they are called, and would be a file of their own where functions share them. */
function holdsOnlyBuiltins(output: Outputs[string] | undefined): boolean {
  const inputs = Object.keys(output?.inputs ?? {});
  return inputs.length > 0 && inputs.every((input) => input.startsWith("builtin:"));
}

function named(path: string): { in: string; out: string } {
  return { in: path, out: path.slice(0, -extname(path).length) };
}

async function bundleAgain(options: BuildOptions, plugin: Plugin): Promise<Map<string, Uint8Array>> {
  const { build } = await import("esbuild");
  const { metafile, outputFiles } = await build({
    ...options,
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node24",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
    plugins: [plugin],
  });
  const contents = outputFiles?.map((file) => file.contents) ?? [];
  return new Map(
    Object.keys(metafile?.outputs ?? {}).map((path, index) => [path, contents[index] ?? new Uint8Array()]),
  );
}

/** @param replaced what stands for a file; without it, every file is taken in that is imported by a statement. */
function inMemory(files: Files, entry: string, replaced?: (path: string) => string | undefined): Plugin {
  return {
    name: "in-memory",
    setup(build) {
      build.onResolve({ filter: /.*/ }, ({ path, kind }) => {
        const name = posix.normalize(path);
        const isTaken =
          kind === "import-statement" && (replaced === undefined || replaced(name) !== undefined);
        if (files.has(name) && (kind === "entry-point" || isTaken))
          return { path: name, namespace: "memory" };
        // The entry has run by the time another file is loaded: to import nothing of it does nothing.
        return { path, external: true, sideEffects: name !== entry };
      });
      build.onLoad({ filter: /.*/, namespace: "memory" }, ({ path }) => ({
        contents: replaced?.(path) ?? files.get(path) ?? new Uint8Array(),
        loader: "js",
      }));
    },
  };
}
