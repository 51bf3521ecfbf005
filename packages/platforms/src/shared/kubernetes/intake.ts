// Pods that take a store's notifications.

import { reachable } from "./network.ts";
import type { KubernetesObject } from "./objects.ts";
import type { Plan, Pods } from "./plan.ts";
import { deploymentOf, disruptionBudgetOf, serviceOf } from "./pod.ts";

/** Always two of them: the store does not wait for a pod to start, nor does it ask twice. */
export function intakeOf(plan: Plan, pods: Pods): KubernetesObject[] {
  return [
    deploymentOf(plan, pods, { replicas: 2 }),
    serviceOf(pods),
    disruptionBudgetOf(pods),
    reachable(plan, pods.name, [{ from: "anywhere" }]),
  ];
}
