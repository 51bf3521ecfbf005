// An app on a double of a cloud: built once, planned and deployed as the command does it, by tools that only pretend.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
import { build as bundle } from "esbuild";
import {
  type DeploymentPlan,
  type DestructionPlan,
  deploy,
  destroy,
  type Place,
  type Progress,
  planDeployment,
  planDestruction,
  type StageId,
  type Target,
} from "../src/index.ts";
import { root } from "./costs/apps.ts";

export interface DoubleOptions {
  readonly app: string;
  readonly target: Target;
  readonly place: Place;
  /** By name: a program of TypeScript, or a line of the shell. */
  readonly tools: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, string>>;
}

/** Programs that only pretend, found before any others. */
export interface Tools {
  readonly folder: string;
  readonly calls: () => readonly (readonly string[])[];
  /** What stands, as the double keeps it. */
  readonly state: <Thing>() => readonly Thing[];
  readonly forgetCalls: () => void;
  readonly dispose: () => void;
}

export interface Double extends Tools {
  readonly id: StageId;
  readonly build: BuildResult;
  readonly plan: () => Promise<DeploymentPlan>;
  readonly deploy: (progress?: Partial<Progress>) => ReturnType<typeof deploy>;
  readonly planDestruction: (deleteData: boolean) => Promise<DestructionPlan>;
  readonly destroy: (deleteData: boolean, progress?: Partial<Progress>) => ReturnType<typeof destroy>;
}

/** `DOUBLE_FOLDER` is where they keep things. */
export async function openTools(tools: DoubleOptions["tools"]): Promise<Tools> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "faasade-double-")));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, tool] of Object.entries(tools)) {
    const line = tool.endsWith(".ts") ? await bundled(tool, join(folder, `${name}.cjs`)) : tool;
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const former = process.env["PATH"];
  process.env["PATH"] = [bin, former].join(delimiter);
  process.env["DOUBLE_FOLDER"] = folder;
  const [log, state] = [join(folder, "log"), join(folder, "state.json")];
  const lines = (): string[] => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []);
  return {
    folder,
    calls: () => lines().map((line) => JSON.parse(line)),
    state: () => (existsSync(state) ? JSON.parse(readFileSync(state, "utf8")) : []),
    forgetCalls: () => rmSync(log, { force: true }),
    dispose: () => {
      process.env["PATH"] = former;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function openDouble({ app, target, place, tools, values = {} }: DoubleOptions): Promise<Double> {
  const own = await openTools(tools);
  const [platform = ""] = target.platforms;
  const id = { app, stage: "demo", platform, name: `${app}-demo` };
  const outFolder = join(own.folder, "out");
  const build = await buildApp({ root, app, platform, stage: "demo", outFolder });
  const quiet: Progress = { starts: () => {}, says: () => {} };
  const plan = () => planDeployment({ target, id, build, place, values });
  const request = (deleteData: boolean) => ({ target, id, place, deleteData });
  const checkout = join(own.folder, "checkout");
  return {
    ...own,
    id,
    build,
    plan,
    deploy: async (progress = {}) => deploy(checkout, target, place, await plan(), { ...quiet, ...progress }),
    planDestruction: (deleteData) => planDestruction(request(deleteData)),
    destroy: async (deleteData, progress = {}) =>
      destroy(checkout, request(deleteData), await planDestruction(request(deleteData)), undefined, {
        ...quiet,
        ...progress,
      }),
  };
}

/** A step that is not begun, as by a process that was killed before it. */
export function killedAt(step: string): Partial<Progress> {
  return {
    starts: ({ name }) => {
      if (name === step) throw new Error("killed");
    },
  };
}

/** Bundled once: it is started some hundred times. */
async function bundled(source: string, outfile: string): Promise<string> {
  await bundle({ entryPoints: [source], outfile, bundle: true, platform: "node", minify: true });
  return `NODE_COMPILE_CACHE=${outfile}.cache exec ${JSON.stringify(process.execPath)} ${JSON.stringify(outfile)} "$@"`;
}
