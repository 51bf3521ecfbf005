// What stands at a stage, asked of the cluster by label, whatever made it.
import type { Place, StageId, Standing } from "../target.ts";
import type { Kubectl } from "./kubectl.ts";
import { ledgerName, readRemembered } from "./ledger-object.ts";
import { holdsData, type ObjectName, resourceOf, typeOf } from "./objects.ts";
import { deploymentLabel, namespaceOf, secondsToWait, selectorOf } from "./place.ts";
import { unreadyOf } from "./ready.ts";

/** Made by controllers out of what stands, without saying so; or gone by themselves. */
export const derived: readonly string[] = [
  "endpoints",
  "endpointslices.discovery.k8s.io",
  "events",
  "events.events.k8s.io",
  "leases.coordination.k8s.io",
  "pods.metrics.k8s.io",
];
/** What every namespace has from the beginning. */
const inEveryNamespace =
  /^(ServiceAccount\/default|ConfigMap\/(kube-root-ca\.crt|[\w.-]*-ca[\w.-]*\.crt|istio-ca-root-cert))$/;

interface Found extends ObjectName {
  readonly own: boolean;
}

export async function look(kubectl: Kubectl, id: StageId, place: Place): Promise<Standing> {
  const namespace = namespaceOf(id, place);
  const { exists, own, ending } = await namespaceAt(kubectl, id, namespace);
  if (!exists) return { state: "absent", resources: [] };
  const found = await list(kubectl, id, namespace, own);
  const isLedger = ({ kind, name }: ObjectName): boolean => kind === "ConfigMap" && name === ledgerName(id);
  // In a namespace of the stage's own, what people put there goes with it: it counts, and is named.
  const strangers = found.filter((one) => !one.own && !inEveryNamespace.test(`${one.kind}/${one.name}`));
  const ours = found.filter((one) => one.own && !isLedger(one));
  const data = ours.filter(holdsData).length + strangers.length > 0;
  const resources = [
    ...(own
      ? [resourceOf({ apiVersion: "v1", kind: "Namespace", name: namespace, namespace: "" }, data)]
      : []),
    ...ours.map((one) => resourceOf(one)),
    ...strangers.filter(holdsData).map((one) => resourceOf(one)),
  ];
  const remembered = found.some(isLedger) ? await readRemembered(kubectl, id, place) : undefined;
  if (resources.length === 0 && remembered === undefined) return { state: "absent", resources };
  const ledger = remembered === undefined ? {} : { ledger: remembered.ledger };
  if (ending)
    return { ...ledger, state: "changing", detail: `the namespace ${namespace} is being removed`, resources };
  const cutOff = remembered?.ledger.state;
  if (cutOff === "deploying" || cutOff === "destroying")
    return { ...ledger, state: "broken", detail: `${cutOff} it was cut off`, resources };
  if (secondsToWait(place) === 0) return { ...ledger, state: "ready", detail: "not waited for", resources };
  const unready = await unreadyOf(kubectl, id, place, ours);
  if (unready.length === 0) return { ...ledger, state: "ready", resources };
  return { ...ledger, state: "changing", detail: unready.join("; "), resources };
}

/** What is in the stage's own namespace and neither the stage's nor a store of data: nothing of it is removed. */
export async function strangersIn(kubectl: Kubectl, id: StageId, place: Place): Promise<ObjectName[]> {
  const found = await list(kubectl, id, namespaceOf(id, place), true);
  return found.filter(
    (one) => !one.own && !holdsData(one) && !inEveryNamespace.test(`${one.kind}/${one.name}`),
  );
}

/** Whether a namespace is there, and whether a deployment of the stage made it. */
export async function namespaceAt(kubectl: Kubectl, id: StageId, name: string) {
  // Whoever is given a namespace may not be allowed to look at it as such.
  if (name !== id.name) return { exists: true, own: false, ending: false };
  const label = `{.metadata.labels.${deploymentLabel}}`;
  const text = await kubectl.run(
    [
      "get",
      `namespace/${name}`,
      "--ignore-not-found",
      `-o=jsonpath={.metadata.name} ${label} {.status.phase}`,
    ],
    { to: `look at the namespace ${name}` },
  );
  const [found = "", owner, phase] = text.trim().split(" ");
  return {
    exists: found !== "",
    own: owner === id.name,
    ending: phase === "Terminating",
  };
}

/** The groups whose objects a build makes: who may not list them cannot be told what stands. */
const ownGroups: readonly string[] = [
  "apps",
  "autoscaling",
  "batch",
  "eventing.knative.dev",
  "gateway.networking.k8s.io",
  "networking.k8s.io",
  "policy",
  "serving.knative.dev",
  "sources.knative.dev",
];
const ownCoreTypes: readonly string[] = [
  "configmaps",
  "services",
  "serviceaccounts",
  "secrets",
  "persistentvolumeclaims",
];

/** Whether all that could not be listed is of types that no build makes, such as other people's definitions. */
function isOfOthers(said: string): boolean {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.every((line) => {
    const [, type = "", group = ""] =
      /cannot list resource "([^"]+)" in API group "([^"]*)"/.exec(line) ?? [];
    if (type === "") return false;
    return group === "" ? !ownCoreTypes.includes(type) : !ownGroups.includes(group);
  });
}

export const typesArguments: readonly string[] = [
  ...["api-resources", "--namespaced=true", "--verbs=list,delete", "-o=name"],
];

/** The types of objects that can stand in a namespace, as kubectl names them. */
export async function typesAt(kubectl: Kubectl): Promise<string[]> {
  const text = await kubectl.run(typesArguments, { to: "ask the cluster which types of objects it knows" });
  return text.split("\n").filter((type) => type !== "" && !derived.includes(type));
}

async function list(kubectl: Kubectl, id: StageId, namespace: string, everything: boolean): Promise<Found[]> {
  const fields = [
    "{.apiVersion}",
    "{.kind}",
    "{.metadata.name}",
    `{.metadata.labels.${deploymentLabel}}`,
    "{.metadata.ownerReferences[*].kind}",
  ].join('{"\\t"}');
  const text = await kubectl.run(
    [
      "get",
      (await typesAt(kubectl)).join(","),
      `--namespace=${namespace}`,
      ...(everything ? [] : [`--selector=${selectorOf(id)}`]),
      "--ignore-not-found",
      `-o=jsonpath={range .items[*]}${fields}{"\\n"}{end}`,
    ],
    { to: `list what stands in ${namespace}`, suffices: isOfOthers },
  );
  const found = new Map<string, Found>();
  for (const line of text.split("\n").filter(Boolean)) {
    const [apiVersion = "", kind = "", name = "", label, owners] = line.split("\t");
    // What another object made goes with it.
    if (owners) continue;
    const one = { apiVersion, kind, name, namespace, own: label === id.name };
    // Some groups show the same objects under two names.
    found.set(`${typeOf(one)}/${name}`, one);
  }
  return [...found.values()];
}
