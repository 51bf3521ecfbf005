/**
 * `npm test [-- [--strict] <app or package>…]`: types, lint, format, lockfile, then every test in one vitest run.
 * With names, only these workspaces' types and tests. The last line is `N passed, N failed, N skipped`: each step
 * before the tests counts as one, each test as one, and what stopped a test file from being read as one failure.
 * When strict (or with FAASADE_STRICT=1), so does each promise that a missing tool left unproved.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { leftOutTests } from "./needed-apps.ts";
import { readNotProved } from "./not-proved.ts";
import { unprovedClaims } from "./proofs.ts";
import { lintStep, lockStep, runBin, runStep, runSteps, typesStep } from "./steps.ts";
import { closingLines, countTests, noTests, type TestCounts } from "./test-counts.ts";
import { chooseWorkspaces, root, type Workspace } from "./workspaces.ts";

const usage = "Usage: npm test [-- [--strict] <app or package>…]";

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const { values, positionals } = parseArgs({
      options: { strict: { type: "boolean", default: process.env.FAASADE_STRICT === "1" } },
      allowPositionals: true,
    });
    return await test(positionals, values.strict);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("ERR_PARSE_ARGS")) throw error;
    // What follows the first sentence is for names that begin with "-", which no workspace has.
    console.error(`Cannot test: ${message.split(". ")[0]}.\n${usage}`);
    return 2;
  }
}

async function test(names: readonly string[], strict: boolean): Promise<number> {
  let workspaces: Workspace[];
  try {
    workspaces = chooseWorkspaces(names);
  } catch (error) {
    console.error((error as Error).message);
    return 2;
  }
  const everything = names.length === 0;
  const checks = everything ? [typesStep(workspaces), lintStep(), lockStep()] : [typesStep(workspaces)];
  const steps = await runSteps(checks);
  const folder = mkdtempSync(join(tmpdir(), "faasade-test-"));
  try {
    const notes = join(folder, "not-proved");
    const counts = await runTests(everything ? [] : workspaces, folder, notes, strict);
    const { lines, exitCode } = closingLines(steps, counts, readNotProved(notes), strict);
    console.log([...leftOut(workspaces), ...lines].join("\n"));
    return exitCode;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function leftOut(workspaces: readonly Workspace[]): string[] {
  return workspaces.flatMap(({ folder }) =>
    leftOutTests(folder).map(
      ({ file, apps }) => `left out: ${folder}/${file}, as there is no ${apps.join(" and no ")}`,
    ),
  );
}

async function runTests(
  workspaces: readonly Workspace[],
  folder: string,
  notes: string,
  strict: boolean,
): Promise<TestCounts> {
  const report = join(folder, "report.json");
  const projects = workspaces.flatMap(({ name }) => ["--project", name]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  let counts = noTests;
  await runStep({
    title: "tests",
    async run() {
      const code = await runBin("vitest", ["run", ...reporters, ...projects], {
        NODE_ENV: "test",
        FAASADE_NOT_PROVED_FILE: notes,
        FAASADE_STRICT: strict ? "1" : "",
        NODE_OPTIONS: `${process.env["NODE_OPTIONS"] ?? ""} --require=${JSON.stringify(join(root, "tools/short-lived.cjs"))}`,
      });
      const text = readReport(report);
      counts = countTests(text, code);
      const claims = workspaces.length === 0 ? await unprovedClaims(text, "tests") : [];
      for (const claim of claims) console.error(claim);
      counts = { ...counts, failed: counts.failed + claims.length };
      return counts.failed === 0;
    },
  });
  return counts;
}

function readReport(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // vitest did not come as far as writing it, which counts as a failure
  }
}
