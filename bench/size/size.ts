// What every function weighs on every platform: what is loaded to start it, and the artefact it travels in.
import { mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Built, buildEverywhere, checkout } from "../artefacts.ts";
import { markdownTable, publish, readOptions } from "../report.ts";

interface Weight {
  readonly name: string;
  readonly function: string;
  /** Loaded at the start: the entry, the function's own file, and what both import. */
  readonly bytes: number;
  readonly modules: number;
  /** The artefact with one function, as it is uploaded; with drivers and native packages. */
  readonly packedBytes: number;
  readonly natives: readonly string[];
}

/** Prints bytes and modules; nothing is timed. */
export async function run(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "faasade-bench-")));
  try {
    const apps = await readdir(join(checkout, "apps"), { withFileTypes: true });
    const weights: Weight[] = [];
    for (const { name: app } of apps.filter((entry) => entry.isDirectory())) {
      const built = await buildEverywhere({ app, unit: "function", folder });
      weights.push(...built.flatMap(weightsOf));
    }
    if (options.json) for (const weight of weights) console.log(JSON.stringify(weight));
    const table = (cell: (weight: Weight) => string) => weightTable(weights, cell);
    const sections = [
      {
        title:
          "kB of JavaScript loaded to start a function, and its source modules (each function packed alone):",
        table: table(({ bytes, modules }) => `${kilobytes(bytes)} · ${modules}`),
      },
      {
        title:
          "kB of the artefact as it is uploaded; native packages (\\*) are most of it where there are any:",
        table: table(
          ({ packedBytes, natives }) => kilobytes(packedBytes) + (natives.length > 0 ? " \\*" : ""),
        ),
      },
    ];
    await publish("size", sections, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function weightsOf({ name, result }: Built): Weight[] {
  return result.artefacts.flatMap(({ sizes, packedBytes, natives }) =>
    sizes.map(({ name: fn, bytes, modules }) => ({
      name,
      function: `${result.app}/${fn}`,
      bytes,
      modules,
      packedBytes,
      natives,
    })),
  );
}

/** A row per function, a column per platform and packaging. */
function weightTable(weights: readonly Weight[], cell: (weight: Weight) => string): string {
  const names = [...new Set(weights.map(({ name }) => name))];
  const functions = [...new Set(weights.map((weight) => weight.function))].sort();
  const rows = functions.map((fn) => [
    fn,
    ...names.map((name) => {
      const weight = weights.find((one) => one.name === name && one.function === fn);
      return weight === undefined ? "–" : cell(weight);
    }),
  ]);
  return markdownTable(["", ...names.map((name) => name.replace("faasade/", ""))], rows);
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
