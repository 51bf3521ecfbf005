// The manifests of an app for plain Kubernetes: pure, and the same for the same deployment.
import { urlVariable } from "@faasade/core/adapter";
import { urlsOfCalls } from "../../shared/kubernetes/calls.ts";
import { intakeOf } from "../../shared/kubernetes/intake.ts";
import { kustomize } from "../../shared/kubernetes/kustomization.ts";
import { closedByDefault, reachable } from "../../shared/kubernetes/network.ts";
import { type KubernetesObject, selectorOf } from "../../shared/kubernetes/objects.ts";
import { type Plan, type Pods, planOf, podsBeside, podsFor } from "../../shared/kubernetes/plan.ts";
import { deploymentOf, disruptionBudgetOf, serviceOf } from "../../shared/kubernetes/pod.ts";
import { routesOf } from "../../shared/kubernetes/routes.ts";
import { checkSupport } from "../../shared/kubernetes/support.ts";
import { resourceOf, startedBy } from "../../shared/manifest/deployment.ts";
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { cronJobsOf } from "./jobs.ts";

/** @throws {ManifestRefusal} for what Kubernetes alone cannot do. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "title" | "packagings" | "triggers" | "grants">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  checkSupport(plan, platform.triggers);
  checkDeliveries(plan);
  const http = podsFor(plan, "http", ["http"]);
  const events = podsFor(plan, "events", ["call"]);
  const intake = podsBeside(
    plan,
    "intake",
    startedBy(deployment, "object").map(({ fn }) => fn),
  );
  const consumers = podsFor(plan, "consume", ["message", "object"]);
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
    ...(intake === undefined ? [] : intakeOf(plan, intake)),
    ...consumers.map((pods) => deploymentOf(plan, pods, { replicas: 1 })),
    ...cronJobsOf(plan),
    ...(deployment.unit === "function" ? routesOf(plan, http, toService) : []),
  ];
  const origin = (name: string): string => `http://${name}`;
  return kustomize(plan, objects, { urls: urlsOfCalls(plan, events, origin) });
}

/** A queue of a cloud's is one queue by its URL; here each function has its own. */
function checkDeliveries(plan: Plan): void {
  const [started] = startedBy(plan.deployment, "object");
  for (const grant of started === undefined ? [] : plan.deliveries) {
    const { driver } = resourceOf(plan, grant);
    if (driver === "sql") continue;
    throw plan.refuse(
      started?.fn.name,
      `the queue ${grant.name}, which keeps what starts it, is built with the ${driver} driver`,
      `Build it with ${grant.name}=sql, and set ${urlVariable(grant.name)} to a Postgres`,
    );
  }
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
