// hello on a double of Google Cloud: built once, planned and deployed as the command does it.
import {
  chmodSync,
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
import { build as esbuild } from "esbuild";
import { target } from "../../src/google-cloud/target.ts";
import {
  type DeploymentPlan,
  type DestructionPlan,
  deploy,
  destroy,
  type Progress,
  planDeployment,
  planDestruction,
} from "../../src/index.ts";
import { root } from "../costs/apps.ts";

export const place = { project: "acme", region: "europe-west1" };

export interface Double {
  readonly folder: string;
  readonly build: BuildResult;
  readonly calls: () => readonly (readonly string[])[];
  readonly state: () => readonly { readonly kind: string; readonly name: string }[];
  readonly forget: () => void;
  readonly plan: () => Promise<DeploymentPlan>;
  readonly deploy: (progress?: Partial<Progress>) => ReturnType<typeof deploy>;
  readonly planDestruction: (deleteData: boolean) => Promise<DestructionPlan>;
  readonly destroy: (deleteData: boolean, progress?: Partial<Progress>) => ReturnType<typeof destroy>;
  readonly dispose: () => void;
}

/** Where PATH is searched first from then on. */
export async function openDouble(app: string): Promise<Double> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "faasade-google-")));
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const tool = (name: string, line: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  tool(
    "gcloud",
    `exec ${JSON.stringify(process.execPath)} ${JSON.stringify(join(import.meta.dirname, "gcloud.ts"))} "$@"`,
  );
  tool("docker", `echo "docker $*" >> ${JSON.stringify(join(folder, "pushed"))}`);
  const former = process.env["PATH"];
  process.env["PATH"] = [bin, former].join(delimiter);
  process.env["GCLOUD_DOUBLE"] = folder;
  const id = { app, stage: "demo", platform: "google-cloud", name: `${app}-demo` };
  const build = await buildApp({
    root,
    app,
    platform: "google-cloud",
    stage: "demo",
    outFolder: join(folder, "out"),
  });
  const quiet: Progress = { starts: () => {}, says: () => {} };
  const plan = () => planDeployment({ target, id, build, place, values: {} });
  const request = (deleteData: boolean) => ({ target, id, place, deleteData });
  const checkout = join(folder, "checkout");
  return {
    folder,
    build,
    calls: () =>
      readFileSync(join(folder, "log"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    state: () => JSON.parse(readFileSync(join(folder, "state.json"), "utf8")),
    forget: () => {
      rmSync(join(folder, "log"), { force: true });
    },
    plan,
    deploy: async (progress = {}) => deploy(checkout, target, place, await plan(), { ...quiet, ...progress }),
    planDestruction: (deleteData) => planDestruction(request(deleteData)),
    destroy: async (deleteData, progress = {}) =>
      destroy(checkout, request(deleteData), await planDestruction(request(deleteData)), undefined, {
        ...quiet,
        ...progress,
      }),
    dispose: () => {
      process.env["PATH"] = former;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
