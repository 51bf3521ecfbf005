// Whether what stands is ready, and why a pod cannot start.
import type { Place, StageId } from "../target.ts";
import { podReasons } from "./errors.ts";
import type { Kubectl } from "./kubectl.ts";
import { type ObjectName, typeOf } from "./objects.ts";
import { namespaceOf, selectorOf } from "./place.ts";

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Observed {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation?: number };
  readonly spec?: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
}

/** Types whose condition Ready says that they are. */
export const readyTypes: readonly string[] = [
  "Service.serving.knative.dev",
  "Broker.eventing.knative.dev",
  "Trigger.eventing.knative.dev",
  "PingSource.sources.knative.dev",
  "SinkBinding.sources.knative.dev",
];
export const deploymentType = "Deployment.apps";

/** What is not ready yet among these, in words. */
export async function unreadyOf(
  kubectl: Kubectl,
  id: StageId,
  place: Place,
  objects: readonly ObjectName[],
): Promise<string[]> {
  const types = [...new Set(objects.map(typeOf))].filter(
    (type) => type === deploymentType || readyTypes.includes(type),
  );
  if (types.length === 0) return [];
  const items = await itemsOf(kubectl, id, place, types.join(","));
  return items.flatMap((item) => waitingFor(item) ?? []);
}

function waitingFor({ kind, metadata, spec, status = {} }: Observed): string | undefined {
  const name = `${kind} ${metadata.name}`;
  if (status.observedGeneration !== metadata.generation) return `${name} has not been looked at yet`;
  if (kind === "Deployment") {
    const { replicas = 1 } = spec ?? {};
    const available = Math.min(status.updatedReplicas ?? 0, status.availableReplicas ?? 0);
    return available >= replicas ? undefined : `${name}: ${available} of ${replicas} pods are available`;
  }
  const ready = status.conditions?.find(({ type }) => type === "Ready");
  if (ready?.status === "True") return undefined;
  return `${name} is not ready${ready?.reason ? `: ${ready.reason} ${ready.message ?? ""}`.trimEnd() : ""}`;
}

/** Why pods of the stage cannot start, as far as that will not pass by itself; each reason once. */
export async function whyPodsCannotStart(kubectl: Kubectl, id: StageId, place: Place): Promise<string[]> {
  const pods = await itemsOf(kubectl, id, place, "pods");
  return [...new Set(pods.flatMap(reasonsOf))];
}

function reasonsOf({ metadata, status = {} }: Observed): string[] {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return containers.flatMap(({ name, state, restartCount = 0 }) => {
    const { reason = "", message = "" } = state?.waiting ?? {};
    const known = podReasons[reason];
    // A process that waits for another may end once or twice before that is there.
    if (known === undefined || (reason === "CrashLoopBackOff" && restartCount < 3)) return [];
    return `pod ${metadata.name}, container ${name}: ${known.why} (${reason}${message && `: ${message}`}). ${known.fix}.`;
  });
}

/** Why a controller could not make pods, or a scheduler not place them: what the last events of each kind say. */
export async function whyPodsAreMissing(kubectl: Kubectl, id: StageId, place: Place): Promise<string[]> {
  const text = await kubectl.run(
    [
      "get",
      "events",
      `--namespace=${namespaceOf(id, place)}`,
      "--field-selector=type=Warning",
      "--sort-by=.metadata.creationTimestamp",
      '-o=jsonpath={range .items[*]}{.reason}{": "}{.message}{"\\n"}{end}',
    ],
    { to: `ask why pods of ${id.name} are missing` },
  );
  const last = new Map(
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => [line.split(":", 1)[0] ?? "", line]),
  );
  return [...last.values()].slice(-3);
}

async function itemsOf(kubectl: Kubectl, id: StageId, place: Place, types: string): Promise<Observed[]> {
  const text = await kubectl.run(
    [
      "get",
      types,
      `--namespace=${namespaceOf(id, place)}`,
      `--selector=${selectorOf(id)}`,
      "--ignore-not-found",
      "-o=json",
    ],
    { to: `ask whether ${id.name} is ready` },
  );
  return text.trim() === "" ? [] : (JSON.parse(text) as { items: Observed[] }).items;
}
