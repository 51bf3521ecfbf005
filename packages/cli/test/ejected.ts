// An app ejected to a temporary folder, and what is asked there: its own processes, on the packages it locks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import type { Status } from "@faasade/local/control";
import { expect } from "vitest";
import { faasade } from "./faasade.ts";
import { repository } from "./fixture.ts";

export interface EjectedApp {
  readonly app: string;
  /** Has a space in its path. */
  readonly folder: string;
  /** What the command answered. */
  readonly told: { readonly packages: string[]; readonly leftOut: string[]; readonly files: number };
  /** Relative to the folder, with "/". */
  files(): string[];
  read(path: string): string;
  run(command: string, args: readonly string[]): Promise<{ code: number | null; output: string }>;
  dispose(): Promise<void>;
}

/** The apps of this checkout; none of them has to be there. */
export const apps = globSync("apps/*/package.json", { cwd: repository })
  .map((file) => basename(dirname(file)))
  .sort();

export async function ejectApp(app: string): Promise<EjectedApp> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "faasade eject-")));
  const folder = join(parent, `my ${app}`);
  const ended = await faasade({ root: repository, data: join(parent, "data") }, [
    "eject",
    app,
    folder,
    "--json",
  ]);
  if (ended.code !== 0) throw new Error(`Cannot eject ${app}: ${ended.stderr}`);
  const files = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) =>
        join(parentPath, name)
          .slice(folder.length + 1)
          .replaceAll("\\", "/"),
      );
  return {
    app,
    folder,
    told: JSON.parse(ended.stdout),
    files,
    read: (path) => readFileSync(join(folder, path), "utf8"),
    run: (command, args) => run(folder, command, args),
    dispose: () => rm(parent, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** As a person runs it there: nothing of this run or of this checkout is in the environment. */
async function run(
  cwd: string,
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, { cwd, env: plainEnvironment(), shell: process.platform === "win32" });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  const [code] = await once(child, "close");
  return { code: code as number | null, output };
}

function plainEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(FAASADE_|VITEST|npm_|INIT_CWD|NODE_OPTIONS$|NODE_ENV$|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$|FORCE_COLOR)/i;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((part) => !part.startsWith(repository));
  return {
    ...Object.fromEntries(kept),
    PATH: [dirname(process.execPath), ...path].join(delimiter),
    NO_COLOR: "1",
  };
}

/** @throws {Error} unless its world starts, knows this app alone, and shows its page and the app's own answer. */
export async function expectAnswers({ app, folder, run, read }: EjectedApp): Promise<void> {
  const words = JSON.parse(read("package.json")).scripts.start.split(" ") as string[];
  const world = spawn(process.execPath, words.slice(1), { cwd: folder, env: plainEnvironment() });
  let said = "";
  for (const stream of [world.stdout, world.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const ended = once(world, "close");
  try {
    await expect.poll(() => said, { timeout: 120_000 }).toContain("Ctrl-C");
    const { output } = await run(process.execPath, ["packages/cli/src/main.ts", "status", "--json"]);
    const status = JSON.parse(output) as Status;
    expect(Object.keys(status.apps)).toEqual([app]);
    expect(status.ready).toBe(true);
    const page = await fetch(status.page);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain("<title>");
    const { faasade } = JSON.parse(read(`apps/${app}/package.json`));
    const own = await fetch(`${status.gateway}/${app}${faasade.page ?? "/world"}`);
    expect(own.status, await own.text()).toBe(200);
  } finally {
    world.kill("SIGINT");
    await ended;
  }
}

/** @throws {Error} unless it is built and planned for a cloud that was never asked, by the app's name left out. */
export async function expectPlanned({ app, run }: EjectedApp): Promise<void> {
  // An endpoint at which nobody listens: whatever credentials are here, nobody is asked.
  const where = ["--place", "region=eu-central-1", "--place", "endpoint=http://127.0.0.1:9"];
  const args = ["plan", "--target", "aws-lambda", "--stage", "demo", ...where, "--json"];
  const { code, output } = await run(process.execPath, ["packages/cli/src/main.ts", ...args]);
  expect(code, output).toBe(0);
  const plan = JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "") as {
    app: string;
    standing: { state: string };
    changes: readonly unknown[];
  };
  expect(plan).toMatchObject({ app, standing: { state: "unknown" } });
  expect(plan.changes.length).toBeGreaterThan(5);
}
