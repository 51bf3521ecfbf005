// Builds the app that is to be deployed, and plans its deployment.
import { type BuildResult, buildApp } from "@faasade/build";
import { type DeploymentPlan, planDeployment } from "@faasade/deploy";
import { findRoot } from "../here.ts";
import { remark } from "../output.ts";
import type { Chosen } from "./choose.ts";
import type { WhatOptions } from "./options.ts";

/** @param unasked whether a place that cannot be asked is planned for as if nothing stood there */
export async function makePlan(
  chosen: Chosen,
  options: WhatOptions,
  unasked: boolean,
): Promise<DeploymentPlan> {
  const { id, target, place } = chosen;
  const build = await buildFor(chosen, options);
  remark(`… asking ${id.platform} what stands`);
  const { set: values = {}, createSecrets = false } = options;
  return planDeployment({ target, id, build, place, values, unasked, createSecrets });
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
