// What it takes to start a function, read off its bundle.
import type { DescribedFunction } from "../describe/describe.ts";
import type { FunctionSize } from "../result.ts";
import type { Bundle } from "./bundle.ts";
import { loadedWith } from "./merge.ts";

export interface Measured {
  readonly modules: number;
  readonly sizes: readonly FunctionSize[];
  /** What a function has to load, or its artefact to carry, though it is another's: a path per finding. */
  readonly foreign: readonly string[];
}

/**
 * @param all every function of the app, those in other artefacts too.
 * @param provided modules that are the host's.
 */
export function measure(
  bundle: Bundle,
  packed: readonly DescribedFunction[],
  all: readonly DescribedFunction[],
  provided: readonly string[] = [],
): Measured {
  const byEntryPoint = new Map(
    Object.entries(bundle.outputs).map(([path, { entryPoint }]) => [entryPoint, path]),
  );
  const entry = loadedWith(bundle.outputs, byEntryPoint.get("generated:faasade:entry"));
  const sizes: FunctionSize[] = [];
  const foreign = new Set<string>();
  const inputsOf = (outputs: Iterable<string>): string[] =>
    [...outputs].flatMap((path) => Object.keys(bundle.outputs[path]?.inputs ?? {}));

  const packedFiles = new Set(packed.map(({ file }) => file));
  for (const { file } of all) {
    if (!packedFiles.has(file) && file in bundle.inputs) foreign.add(`${file} is inside`);
    // The one function of an artefact is of no other's concern.
    if (packed.length > 1 && inputsOf(entry).includes(file)) foreign.add(`${file} is loaded with the entry`);
  }
  for (const path of entry)
    for (const { path: name, kind, external } of bundle.outputs[path]?.imports ?? [])
      if (external === true && kind !== "dynamic-import" && !provided.includes(name))
        foreign.add(`${name} is loaded with the entry`);

  for (const { file, description } of packed) {
    const outputs = new Set([...entry, ...loadedWith(bundle.outputs, byEntryPoint.get(file))]);
    const inputs = new Set(inputsOf(outputs));
    for (const other of all)
      if (other.file !== file && inputs.has(other.file))
        foreign.add(`${other.file} is loaded with ${description.name}`);
    const bytes = [...outputs].reduce((sum, path) => sum + (bundle.files.get(path)?.length ?? 0), 0);
    sizes.push({ name: description.name, bytes, modules: inputs.size });
  }
  return { modules: Object.keys(bundle.inputs).length, sizes, foreign: [...foreign].sort() };
}
