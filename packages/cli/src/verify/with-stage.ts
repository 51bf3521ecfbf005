// The probe deployed as a stage, for as long as it is asked; then taken away again, whatever came of it.
import { buildApp } from "@faasade/build";
import { choosePlace, deploy, destroy, planDeployment, planDestruction, type StageId } from "@faasade/deploy";
import { loadTarget } from "../deploy/choose.ts";
import { progress } from "../deploy/progress.ts";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { findRoot } from "../here.ts";
import { count, remark } from "../output.ts";
import { makeProbe, probeApp } from "./probe.ts";

export interface StageOfProbe {
  readonly target: string;
  readonly stage: string;
  readonly place?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
}

/** @throws {CommandFailure} when somebody else's data stands there, what was deployed has no URL, or something of it is left. */
export async function withStage<Result>(
  { target: platform, stage, place: given = {}, set: values = {} }: StageOfProbe,
  ask: (url: string) => Promise<Result>,
): Promise<Result> {
  const target = await loadTarget("verify", probeApp, platform);
  const id: StageId = { app: probeApp, stage, platform, name: `${probeApp}-${stage}` };
  const place = choosePlace(id, target, { given, environment: process.env });
  const { root, dispose } = makeProbe(findRoot());
  const request = { target, id, place, deleteData: true };
  try {
    const build = await buildApp({
      root,
      app: probeApp,
      platform,
      stage,
      report: (line) => remark(`… ${line}`),
    });
    const plan = await planDeployment({ target, id, build, place, values });
    // What an earlier run left is taken away, too; but the probe has no stores.
    const data = plan.standing.resources.find(({ holdsData }) => holdsData);
    if (data !== undefined)
      throw refused(
        `Cannot verify ${platform} by stage ${stage}: ${data.type} ${data.id} stands there and holds data, which would go with the probe. Choose another --stage.`,
      );
    try {
      const { ledger } = await deploy(root, target, place, plan, progress);
      if (ledger.url === undefined)
        throw new CommandFailure(
          exitCodes.failed,
          `Cannot verify ${platform}: the stage says no URL of the probe.`,
        );
      return await ask(ledger.url);
    } finally {
      const { left } = await destroy(root, request, await planDestruction(request), undefined, progress);
      remark(`asked by tag: ${left.length} left`);
      for (const one of left) remark(`left: ${one.type} ${one.id}`);
      if (left.length > 0) {
        process.exitCode = exitCodes.failed;
        remark(
          `Remove ${count(left.length, "resource")} by hand: they carry the tag faasade-deployment=${id.name}.`,
        );
      }
    }
  } finally {
    dispose();
  }
}
