// Who may reach which pods: nobody, except as it is said here.
import { selectorOf } from "./objects.ts";
import type { Plan } from "./plan.ts";
import { port } from "./pod.ts";

/** `anywhere`, the pods of this deployment, or those of some namespaces. */
export type Peers = "anywhere" | "own" | { readonly namespaces: readonly string[] };

/** Closes every pod of the app to everybody. Policies add up, so that the others open what must be open. */
export function closedByDefault({ deployment }: Plan) {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `${deployment.app}-closed` },
    spec: { podSelector: { matchLabels: { "faasade-app": deployment.app } }, policyTypes: ["Ingress"] },
  };
}

/** Each of the peers, to some ports. */
export interface Opening {
  readonly from: Peers;
  /** Default: the functions' own. */
  readonly ports?: readonly number[];
}

export function reachable({ deployment }: Plan, name: string, openings: readonly Opening[]) {
  const ingress = openings.map(({ from, ports = [port] }) => ({
    ...fromOf(from, deployment.app),
    ports: ports.map((one) => ({ protocol: "TCP", port: one })),
  }));
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name },
    spec: { podSelector: { matchLabels: selectorOf(name) }, policyTypes: ["Ingress"], ingress },
  };
}

function fromOf(peers: Peers, app: string): object {
  if (peers === "anywhere") return {};
  if (peers === "own") return { from: [{ podSelector: { matchLabels: { "faasade-app": app } } }] };
  const named = { key: "kubernetes.io/metadata.name", operator: "In", values: peers.namespaces };
  return { from: [{ namespaceSelector: { matchExpressions: [named] } }] };
}
