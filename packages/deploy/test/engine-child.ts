// Deploys or destroys in a process of its own, which a test may kill, or have kill itself before a step.

import type { BuildResult } from "@faasade/build";
import {
  type DeploymentPlan,
  deploy,
  destroy,
  planDeployment,
  planDestruction,
  readLedgers,
  type StageId,
  targets,
} from "@faasade/deploy";

export interface Order {
  readonly what: "deploy" | "destroy";
  /** Holds the ledgers' copies. */
  readonly root: string;
  readonly id: StageId;
  readonly build: BuildResult;
  readonly place: Readonly<Record<string, string>>;
  readonly deleteData?: boolean;
  readonly values?: Readonly<Record<string, string>>;
  /** The step before which it kills itself. */
  readonly killBefore?: string;
}

const {
  what,
  root,
  id,
  build,
  place,
  deleteData = false,
  values = {},
  killBefore,
} = JSON.parse(process.argv[2] ?? "") as Order;
const target = await targets[id.platform]?.();
if (target === undefined) throw new Error(`Cannot deploy to ${id.platform}: there is no such target.`);
const progress = {
  starts({ name }: { name: string }) {
    console.log(`step ${name}`);
    if (name === killBefore) process.kill(process.pid, "SIGKILL");
  },
  says: (line: string) => console.log(`  ${line}`),
};
if (what === "deploy") {
  const request = { target, id, build, place, values, createSecrets: true };
  const plan: DeploymentPlan = await planDeployment(request);
  const { unchanged } = await deploy(root, target, place, plan, progress);
  console.log(unchanged ? "unchanged" : "deployed");
} else {
  const request = { target, id, place, deleteData };
  const [ledger] = await readLedgers(root, id.app, id.stage);
  const { left } = await destroy(root, request, await planDestruction(request), ledger, progress);
  console.log(`asked by tag: ${left.length} left`);
}
