// Builds the app that is to be deployed, and plans its deployment.
import { type BuildResult, buildApp } from "@faasade/build";
import {
  type Costs,
  costsOf,
  type DeploymentPlan,
  lookAtOwn,
  planDeployment,
  readUsage,
} from "@faasade/deploy";
import { findRoot } from "../here.ts";
import { readGiven } from "../input.ts";
import { remark } from "../output.ts";
import type { Chosen } from "./choose.ts";
import type { WhatOptions } from "./options.ts";
import { checkBudget } from "./show-costs.ts";

export interface PricedPlan extends DeploymentPlan {
  readonly costs: Costs;
}

/** @throws {CommandFailure} where it costs more than the budget. @param unasked whether a place that cannot be asked is planned for as if nothing stood there */
export async function makePlan(chosen: Chosen, options: WhatOptions, unasked: boolean): Promise<PricedPlan> {
  const { id, target, place } = chosen;
  // Before the build, which takes its time.
  remark(`… asking ${id.platform} what stands`);
  const standing = await lookAtOwn(target, id, place, unasked);
  const build = await buildFor(chosen, options);
  const costs = costsOf({
    platform: id.platform,
    region: place["region"] ?? place["location"],
    functions: build.functions,
    resources: build.resources,
    usage: await readUsage(findRoot(), id.app),
  });
  checkBudget(costs, options.budget);
  const { set = {}, createSecrets = false } = options;
  const values: Record<string, string> = {};
  for (const [name, given] of Object.entries(set)) values[name] = (await readGiven(given)).trimEnd();
  const plan = await planDeployment({ target, id, build, place, values, standing, createSecrets });
  return { ...plan, costs };
}

/** In the packaging and unit that stand, unless others are asked for. */
function buildFor({ id, ledger }: Chosen, options: WhatOptions): Promise<BuildResult> {
  const { app, stage, platform } = id;
  const packaging = options.packaging ?? ledger?.packaging;
  // The default unit is the packaging's own.
  const unit = options.unit ?? (packaging === ledger?.packaging ? ledger?.unit : undefined);
  return buildApp({
    root: findRoot(),
    app,
    platform,
    stage,
    report: (line) => remark(`… ${line}`),
    ...(packaging === undefined ? {} : { packaging }),
    ...(unit === undefined ? {} : { unit }),
    ...(options.driver === undefined ? {} : { drivers: options.driver }),
    ...(options.base === undefined ? {} : { base: options.base }),
  });
}
