// Containers and pods: nothing in them is root, writable or reachable that need not be.
import { drainSecondsOf, environmentOf, type Variable } from "./environment.ts";
import { selectorOf } from "./objects.ts";
import type { Plan, Pods } from "./plan.ts";

export const port = 8080;
/** While the endpoints of a Service learn that a pod ends, requests still come. */
const preStopSeconds = 5;
/** The user `node` of Node's own images, by its number: that it is not root can be checked of a number only. */
const nodeUser = 1000;

/** @param environment what the container is told. */
export function containerOf({ image }: Pick<Pods, "image">, environment: readonly Variable[]) {
  return {
    name: "app",
    image,
    env: environment,
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "1", memory: "512Mi" } },
    securityContext: {
      runAsNonRoot: true,
      runAsUser: nodeUser,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

/** A container that answers by HTTP, if only whether it lives. */
export function servingContainerOf(plan: Plan, pods: Pods) {
  const healthy = { httpGet: { path: "/.faasade/health", port } };
  return {
    ...containerOf(pods, environmentOf(plan, pods)),
    ports: [{ containerPort: port }],
    readinessProbe: { ...healthy, periodSeconds: 5, timeoutSeconds: 2 },
    livenessProbe: {
      ...healthy,
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
  };
}

/** What every pod has in common, whoever makes it: an identity without a token, and nothing writable but `/tmp`. */
export function podOf(plan: Plan) {
  return {
    serviceAccountName: plan.deployment.app,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    volumes: [{ name: "tmp", emptyDir: {} }],
  };
}

/** Only where the image can run. Knative takes no such selector unless its operator switched that on. */
export function nodesOf({ deployment }: Plan) {
  const { os, cpu } = deployment.system;
  const arch = { x64: "amd64", arm64: "arm64" }[cpu];
  return { nodeSelector: { "kubernetes.io/os": os, "kubernetes.io/arch": arch } };
}

/** Pods that a Deployment keeps running. */
export function deploymentOf(plan: Plan, pods: Pods, { replicas }: { readonly replicas?: number } = {}) {
  const selector = selectorOf(pods.name);
  const spread = {
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selector },
  };
  const isServing = pods.role !== "consume";
  const stopping = isServing ? { lifecycle: { preStop: { sleep: { seconds: preStopSeconds } } } } : {};
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: pods.name, labels: selector },
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      template: {
        metadata: { labels: selector },
        spec: {
          ...podOf(plan),
          ...nodesOf(plan),
          // Until it is killed: what precedes SIGTERM, what is begun, and what it takes to close.
          terminationGracePeriodSeconds: (isServing ? preStopSeconds : 0) + drainSecondsOf(pods) + 5,
          topologySpreadConstraints: [
            { ...spread, topologyKey: "kubernetes.io/hostname" },
            { ...spread, topologyKey: "topology.kubernetes.io/zone" },
          ],
          containers: [{ ...servingContainerOf(plan, pods), ...stopping }],
        },
      },
    },
  };
}

/** The address of such pods within the cluster. */
export function serviceOf({ name }: Pods) {
  const labels = selectorOf(name);
  const ports = [{ name: "http", port: 80, targetPort: port, protocol: "TCP" }];
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, labels },
    spec: { type: "ClusterIP", selector: labels, ports },
  };
}

/** Lets one of them at a time go, such as when nodes are renewed. */
export function disruptionBudgetOf({ name }: Pods) {
  const labels = selectorOf(name);
  return {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name, labels },
    spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
  };
}
