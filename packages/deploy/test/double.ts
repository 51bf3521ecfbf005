// An app on a double of a cloud: built once, planned and deployed as the command does it, by tools that only pretend.
import { join } from "node:path";
import { type BuildResult, buildApp } from "@faasade/build";
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
import { openTools, type Tools } from "./tool-doubles.ts";

export interface DoubleOptions {
  readonly app: string;
  readonly target: Target;
  readonly place: Place;
  /** By name: a program of TypeScript, or a line of the shell. */
  readonly tools: Readonly<Record<string, string>>;
  readonly values?: Readonly<Record<string, string>>;
}

export interface Double extends Tools {
  readonly id: StageId;
  readonly build: BuildResult;
  readonly plan: () => Promise<DeploymentPlan>;
  readonly deploy: (progress?: Partial<Progress>) => ReturnType<typeof deploy>;
  readonly planDestruction: (deleteData: boolean) => Promise<DestructionPlan>;
  readonly destroy: (deleteData: boolean, progress?: Partial<Progress>) => ReturnType<typeof destroy>;
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
