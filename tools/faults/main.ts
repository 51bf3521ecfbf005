/**
 * `npm run faults [-- <part of a name>…]`: plants each fault of `faults.ts` in a copy of the checkout, one at a time,
 * and runs the tests that must fail of it. Ends with 1 when a fault goes unnoticed, or when there is no place for it.
 * `npm run faults -- --write` plants nothing and writes docs/planted-faults.md.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { root } from "../workspaces.ts";
import { copyCheckout } from "./copy.ts";
import type { Fault } from "./fault.ts";
import { faults } from "./faults.ts";
import { toPage } from "./page.ts";

/** On a machine that does other things as well. */
const longestMilliseconds = 600_000;
const wanted = process.argv.slice(2);
if (wanted.includes("--write")) {
  const page = join(root, "docs", "planted-faults.md");
  writeFileSync(page, toPage(faults));
  console.log(`wrote ${page}`);
  process.exit(0);
}
const chosen = faults.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(`Cannot plant faults: none is named like ${wanted.join(", ")}.`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), "faasade-faults-"));
let missed = 0;
try {
  copyCheckout(root, folder);
  for (const fault of chosen) {
    const caught = plant(fault);
    if (caught.length === 0) missed += 1;
    const mark = caught.length > 0 ? styleText("green", "caught") : styleText("red", "NOT CAUGHT");
    console.log(`${mark} ${fault.name} (${fault.file})`);
    const more = caught.length > 1 ? `, and ${caught.length - 1} more` : "";
    if (caught[0] !== undefined) console.log(`       by: ${caught[0]}${more}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${chosen.length - missed} of ${chosen.length} planted faults caught`);
process.exitCode = missed === 0 ? 0 : 1;

/** @returns the names of the tests that failed. @throws {Error} when the fault has no one place to be planted in. */
function plant({ name, file, find, replace, tests, only }: Fault): string[] {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  if (source.split(find).length !== 2)
    throw new Error(
      `Cannot plant "${name}": what it replaces is not in ${file}, or not once. Change tools/faults.`,
    );
  writeFileSync(
    path,
    source.replace(find, () => replace),
  );
  try {
    return failures([...tests, ...(only === undefined ? [] : ["-t", only])], name);
  } finally {
    writeFileSync(path, source);
  }
}

function failures(args: readonly string[], name: string): string[] {
  const report = join(folder, "faults.json");
  rmSync(report, { force: true });
  const vitest = [join(folder, "node_modules/vitest/vitest.mjs"), "run", ...args];
  try {
    execFileSync(process.execPath, [...vitest, "--reporter=json", `--outputFile.json=${report}`], {
      cwd: folder,
      env: { ...process.env, NODE_ENV: "test" },
      stdio: "ignore",
      timeout: longestMilliseconds,
    });
    return [];
  } catch (error) {
    if (!existsSync(report))
      throw new Error(`Cannot tell whether "${name}" is caught: its tests did not come to an end.`, {
        cause: error,
      });
    return failedIn(readFileSync(report, "utf8"), name);
  }
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/** @throws {Error} when nothing was asserted: a fault that stops a file from being read proves nothing. */
function failedIn(report: string, name: string): string[] {
  const { testResults } = JSON.parse(report) as Report;
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (!results.some(({ status }) => status === "passed" || status === "failed"))
    throw new Error(`Cannot tell whether "${name}" is caught: none of its tests ran.`);
  return results.filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
}
