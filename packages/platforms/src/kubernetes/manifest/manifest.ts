// The manifests of an app for plain Kubernetes: pure, and the same for the same deployment.

import { urlsOfCalls } from "../../shared/kubernetes/calls.ts";
import { kustomize } from "../../shared/kubernetes/kustomization.ts";
import { closedByDefault, reachable } from "../../shared/kubernetes/network.ts";
import { type KubernetesObject, selectorOf } from "../../shared/kubernetes/objects.ts";
import { type Plan, type Pods, planOf, podsFor } from "../../shared/kubernetes/plan.ts";
import { deploymentOf, disruptionBudgetOf, serviceOf } from "../../shared/kubernetes/pod.ts";
import { routesOf } from "../../shared/kubernetes/routes.ts";
import { checkSupport } from "../../shared/kubernetes/support.ts";
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { cronJobsOf } from "./jobs.ts";

/** @throws {ManifestRefusal} for what Kubernetes alone cannot do. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "title" | "packagings" | "triggers">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  checkSupport(plan, platform.triggers);
  const http = podsFor(plan, "http", ["http"]);
  const events = podsFor(plan, "events", ["call"]);
  const consumers = podsFor(plan, "consume", ["message"]);
  const objects: KubernetesObject[] = [
    closedByDefault(plan),
    ...http.flatMap((pods) => [
      ...scaledBetween(plan, pods, 2, 10),
      reachable(plan, pods.name, [{ from: "anywhere" }]),
    ]),
    ...events.flatMap((pods) => [
      ...scaledBetween(plan, pods, 2, 10),
      reachable(plan, pods.name, [{ from: "own" }]),
    ]),
    ...consumers.map((pods) => deploymentOf(plan, pods, { replicas: 1 })),
    ...cronJobsOf(plan),
    ...(deployment.unit === "function" ? routesOf(plan, http, toService) : []),
  ];
  const origin = (name: string): string => `http://${name}`;
  return kustomize(plan, objects, { urls: urlsOfCalls(plan, events, origin) });
}

function scaledBetween(plan: Plan, pods: Pods, least: number, most: number): KubernetesObject[] {
  const { name } = pods;
  const autoscaler = {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata: { name, labels: selectorOf(name) },
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
      minReplicas: least,
      maxReplicas: most,
      metrics: [
        {
          type: "Resource",
          resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } },
        },
      ],
    },
  };
  return [deploymentOf(plan, pods), serviceOf(pods), autoscaler, disruptionBudgetOf(pods)];
}

function toService({ name }: Pods) {
  return { backendRefs: [{ name, port: 80 }] };
}
