// The probe deployed as a stage, for as long as it is asked; then taken away again, whatever came of it.
import { type BuildResult, buildApp } from "@faasade/build";
import {
  choosePlace,
  deploy,
  destroy,
  type Place,
  planDeployment,
  planDestruction,
  type StageClient,
  type StageId,
  type Standing,
  type Witness,
} from "@faasade/deploy";
import type { TriggerKind } from "@faasade/platforms/shared/platform";
import { loadTarget } from "../deploy/choose.ts";
import { progress } from "../deploy/progress.ts";
import { CommandFailure, exitCodes, refused } from "../exit-code.ts";
import { findRoot } from "../here.ts";
import { count, remark } from "../output.ts";
import { functionsFor } from "./kinds.ts";
import { makeProbe, ownStores, probeApp } from "./probe.ts";

export interface StageOfProbe {
  readonly target: string;
  readonly stage: string;
  readonly kinds: readonly TriggerKind[];
  readonly place?: Readonly<Record<string, string>>;
  readonly set?: Readonly<Record<string, string>>;
}

export interface DeployedProbe {
  readonly url: string;
  readonly place: Place;
  readonly build: BuildResult;
  readonly client: StageClient;
  readonly witness: Witness;
}

/** @throws {CommandFailure} when somebody else's data stands there, what was deployed has no URL, or something of it is left. */
export async function withStage<Result>(
  { target: platform, stage, kinds, place: given = {}, set: values = {} }: StageOfProbe,
  ask: (probe: DeployedProbe) => Promise<Result>,
): Promise<Result> {
  const target = await loadTarget("verify", probeApp, platform);
  const id: StageId = { app: probeApp, stage, platform, name: `${probeApp}-${stage}` };
  const chosen = choosePlace(id, target, { given, environment: process.env });
  const place = (await target.settle?.(chosen)) ?? chosen;
  // Before the build, which takes its time.
  const wrong = (await target.checks(place)).filter(({ state }) => state === "wrong");
  if (wrong.length > 0) {
    const lines = wrong.map(({ name, detail, fix = "" }) => `${name}: ${detail} ${fix}`.trim());
    throw new CommandFailure(
      exitCodes.failed,
      `Cannot verify ${platform}: it cannot be deployed to from here.\n${lines.join("\n")}`,
    );
  }
  const { root, dispose } = makeProbe(findRoot());
  const request = { target, id, place, deleteData: true };
  try {
    const build = await buildApp({
      root,
      app: probeApp,
      platform,
      stage,
      only: functionsFor(kinds),
      recording: true,
      report: (line) => remark(`… ${line}`),
    });
    const plan = await planDeployment({ target, id, build, place, values });
    const data = othersData(plan.standing);
    if (data !== undefined)
      throw refused(
        `Cannot verify ${platform} by stage ${stage}: ${data.type} ${data.id} stands there and holds data, which would go with the probe. Choose another --stage.`,
      );
    try {
      const { ledger } = await deploy(root, target, place, plan, progress);
      const client = await target.open(ledger, place);
      try {
        const { url } = client;
        if (url === undefined)
          throw new CommandFailure(
            exitCodes.failed,
            `Cannot verify ${platform}: the stage says no URL of the probe.`,
          );
        return await ask({ url, place, build, client, witness: await target.witness(place, url) });
      } finally {
        await client.close();
      }
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

/** What an earlier run of verify left is the probe's own: its stores say so, or the stage's record of them. */
function othersData({ resources, ledger }: Standing) {
  const isProbes = ownStores.some((name) => ledger?.drivers[`object-store/${name}`] !== undefined);
  if (isProbes) return undefined;
  return resources.find(({ holdsData, id }) => holdsData && !ownStores.some((name) => id.includes(name)));
}
