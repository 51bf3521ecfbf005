// `npm run bench -- <name> [--json]`: measurements side by side, as ratios, printed and never gated in a test.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Benchmark {
  run(args: readonly string[]): Promise<void>;
}

const folder = import.meta.dirname;
const entries = await readdir(folder, { withFileTypes: true });
const names = entries
  .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
  .map(({ name }) => name);
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === "--help" || !names.includes(name)) {
  const wrong = name !== undefined && name !== "--help";
  if (wrong) console.error(`Cannot run ${name}: there is no such benchmark.`);
  console.log(`Usage: npm run bench -- <name> [--json]\nBenchmarks: ${names.join(", ")}`);
  process.exitCode = wrong ? 2 : 0;
} else {
  const { run } = (await import(pathToFileURL(join(folder, name, `${name}.ts`)).href)) as Benchmark;
  await run(args);
}
