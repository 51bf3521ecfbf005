// The manifests of an app for Knative: pure, and the same for the same deployment.
import { urlsOfCalls } from "../../shared/kubernetes/calls.ts";
import { intakeOf } from "../../shared/kubernetes/intake.ts";
import { kustomize } from "../../shared/kubernetes/kustomization.ts";
import { closedByDefault, reachable } from "../../shared/kubernetes/network.ts";
import type { KubernetesObject } from "../../shared/kubernetes/objects.ts";
import {
  type Plan,
  type Pods,
  planOf,
  podsBeside,
  podsFor,
  type Role,
} from "../../shared/kubernetes/plan.ts";
import { deploymentOf } from "../../shared/kubernetes/pod.ts";
import { routesOf } from "../../shared/kubernetes/routes.ts";
import { checkSupport } from "../../shared/kubernetes/support.ts";
import { startedBy } from "../../shared/manifest/deployment.ts";
import type { Deployment, ManifestFile, Platform } from "../../shared/platform.ts";
import { brokerOf, pingSourcesOf, sinkBindingOf, triggersOf } from "./eventing.ts";
import { serviceOf } from "./serving.ts";

/** Of Eventing, of Serving, and of its usual network layer: whatever reaches a pod comes through one of them. */
const knativeNamespaces = ["knative-eventing", "knative-serving", "kourier-system"];
/** Serving's proxy in the pod answers for the function, whose own port nobody else needs. */
const requestPorts = [8012, 8013, 8112];
/** Its requests, probes and metrics. */
const proxyPorts = [...requestPorts, 8022, 9090, 9091];
const fromKnative = { from: { namespaces: knativeNamespaces }, ports: proxyPorts };

/** @throws {ManifestRefusal} for what Knative cannot do. */
export function manifest(
  deployment: Deployment,
  platform: Pick<Platform, "title" | "packagings" | "triggers">,
): ManifestFile[] {
  const plan = planOf(deployment, platform);
  checkSupport(plan, platform.triggers);
  const http = as("http", podsFor(plan, "http", ["http"]));
  const events = as("events", podsFor(plan, "events", ["schedule", "object", "call"]));
  const isRouted = deployment.unit === "function";
  const objects: KubernetesObject[] = [
    closedByDefault(plan),
    ...http.map((pods) => serviceOf(plan, pods, isRouted ? "cluster-local" : "public")),
    ...http.map(({ name }) =>
      reachable(plan, name, [{ from: "anywhere", ports: requestPorts }, fromKnative]),
    ),
    ...events.flatMap((pods) => localService(plan, pods)),
    ...eventingOf(plan, events),
    ...podsFor(plan, "consume", ["message"]).map((pods) => deploymentOf(plan, pods, { replicas: 1 })),
  ];
  // They name the Services by their hosts, of which the stage's namespace is a part.
  const staged = isRouted ? routesOf(plan, http, (pods) => throughServing(plan, pods)) : [];
  const origin = (name: string): string => `http://${hostOf(plan, name)}`;
  const knativeServices = [{ group: "serving.knative.dev", kind: "Service" }];
  const urls = urlsOfCalls(plan, events, origin);
  return kustomize(plan, objects, { urls, staged, podKinds: knativeServices });
}

/** What delivers events, where there are functions that wait for any. */
function eventingOf(plan: Plan, events: readonly Pods[]): KubernetesObject[] {
  const objects = startedBy(plan.deployment, "object").map(({ fn }) => fn);
  const scheduled = startedBy(plan.deployment, "schedule").map(({ fn }) => fn);
  const beside = podsBeside(plan, "dead-letters", [...objects, ...scheduled]);
  if (beside === undefined) return [];
  const [deadLetters] = as("dead-letters", [{ ...beside, functions: [] }]) as [
    Pods & { role: "dead-letters" },
  ];
  const intake = podsBeside(plan, "intake", objects);
  return [
    ...localService(plan, deadLetters),
    brokerOf(plan, deadLetters),
    ...pingSourcesOf(plan),
    ...triggersOf(plan, events, deadLetters),
    ...(intake === undefined ? [] : [...intakeOf(plan, intake), sinkBindingOf(plan, intake)]),
  ];
}

function localService(plan: Plan, pods: Parameters<typeof serviceOf>[1]): KubernetesObject[] {
  return [serviceOf(plan, pods, "cluster-local"), reachable(plan, pods.name, [fromKnative])];
}

/** Serving's gateway within the cluster tells its Services apart by their host. */
function throughServing(plan: Plan, { name }: Pods) {
  const urlRewrite = { hostname: hostOf(plan, name) };
  return {
    filters: [{ type: "URLRewrite", urlRewrite }],
    backendRefs: [{ kind: "Service", name: "kourier-internal", namespace: "kourier-system", port: 80 }],
  };
}

function hostOf({ labels }: Plan, name: string): string {
  return `${name}.${labels["faasade-deployment"]}.svc.cluster.local`;
}

function as<R extends Role>(role: R, pods: readonly Pods[]): (Pods & { readonly role: R })[] {
  return pods.map((one) => ({ ...one, role }));
}
