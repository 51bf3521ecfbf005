// Whether a whole cluster is asked: an API server alone keeps objects, and nothing of them runs.
import type { Witness } from "../shared/witness.ts";
import type { Place } from "../target.ts";
import { kubectlAt } from "./kubectl.ts";

const ready = '{range .items[*]}{.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';

export async function witness(place: Place): Promise<Witness> {
  const said = await kubectlAt(place).run(["get", "nodes", `-o=jsonpath=${ready}`], {
    to: "see which nodes the cluster has",
  });
  if (said.split("\n").includes("True")) return { proof: "cluster" };
  return { proof: "double", why: "the cluster has no node that is ready, so that nothing runs there" };
}
