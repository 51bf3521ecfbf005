/** The steps of `npm run check` and `npm test`: each prints its name and how long it took, and can fail. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { styleText } from "node:util";
import { lockProblems } from "./lock-check.ts";
import { root, type Workspace } from "./workspaces.ts";

export interface Step {
  title: string;
  /** Resolves to whether the step passed; says itself what did not. */
  run(): Promise<boolean>;
}

/** Runs all steps, whatever fails, and counts. */
export async function runSteps(steps: readonly Step[]): Promise<{ passed: number; failed: number }> {
  let passed = 0;
  for (const step of steps) passed += (await runStep(step)) ? 1 : 0;
  return { passed, failed: steps.length - passed };
}

export async function runStep({ title, run }: Step): Promise<boolean> {
  console.log(styleText("bold", `▸ ${title}`));
  const start = performance.now();
  const passed = await run();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const mark = passed ? styleText("green", "✓") : styleText("red", "✗");
  console.log(`${mark} ${title}: ${passed ? "passed" : "failed"} in ${seconds} s`);
  return passed;
}

/** `tsc` per workspace through turbo, which skips what has not changed. */
export function typesStep(workspaces: readonly Workspace[]): Step {
  const filters = workspaces.map(({ packageName }) => `--filter=${packageName}`);
  const flags = ["--continue=always", "--output-logs=errors-only", "--log-order=grouped", "--concurrency=2"];
  return {
    title: "types",
    run: async () => (await runBin("turbo", ["run", "typecheck", ...flags, ...filters])) === 0,
  };
}

/** Lint rules, the dependency arrows among them, and format. */
export function lintStep(): Step {
  return {
    title: "lint and format",
    run: async () => (await runBin("biome", ["ci", "--error-on-warnings"])) === 0,
  };
}

export function lockStep(): Step {
  return {
    title: "lockfile",
    async run() {
      const problems = lockProblems();
      for (const problem of problems) console.error(problem);
      return problems.length === 0;
    },
  };
}

/** Scripts that a package starts with Node, and where they are; no shell, so that Windows runs them alike. */
const bins = {
  biome: "@biomejs/biome/bin/biome",
  turbo: "turbo/bin/turbo",
  vitest: "vitest/vitest.mjs",
} as const;

/** Runs an installed tool in the root; resolves to its exit code, 1 when a signal ended it. */
export function runBin(
  bin: keyof typeof bins,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<number> {
  const child = spawn(process.execPath, [join(root, "node_modules", bins[bin]), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
