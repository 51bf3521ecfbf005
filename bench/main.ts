// `npm run bench -- <name> [options]`: measurements side by side, as ratios, printed and never gated in a test.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

interface Benchmark {
  run(args: readonly string[]): Promise<void>;
}

process.once("SIGINT", () => process.exit(130)); // so that what was started ends with us

const usage = `Usage: npm run bench -- <name> [--json]
       cold, warm, codec, size, image and ingest also take --write, which puts the tables into bench/README.md;
       cold, warm, codec, image and ingest take --rounds <number>`;

const fileOf = (name: string) => join(import.meta.dirname, name, `${name}.ts`);
const names = (await readdir(import.meta.dirname)).filter((name) => existsSync(fileOf(name)));
const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === "--help" || !names.includes(name)) {
  const wrong = name !== undefined && name !== "--help";
  if (wrong) console.error(`Cannot run ${name}: there is no such benchmark.`);
  console.log(`${usage}\nBenchmarks: ${names.join(", ")}`);
  process.exitCode = wrong ? 2 : 0;
} else {
  const { run } = (await import(pathToFileURL(fileOf(name)).href)) as Benchmark;
  await run(args);
}
