// Objects of a cluster: what they are called among those that stand, and which of them hold data.
import type { Standing, StandingResource } from "../target.ts";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [more: string]: unknown;
  };
  readonly [section: string]: unknown;
}

/** What tells one object from every other. */
export interface ObjectName {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** What people put there, which no build brings back. */
const kindsWithData: readonly string[] = ["PersistentVolumeClaim", "Secret"];
/** The same, as the cluster names them. */
export const dataTypes: readonly string[] = ["persistentvolumeclaims", "secrets"];

export function holdsData({ kind }: Pick<ObjectName, "kind">): boolean {
  return kindsWithData.includes(kind);
}

/** `Deployment.apps`, as kubectl takes it; of the core group `ConfigMap`. */
export function typeOf({ apiVersion, kind }: Pick<ObjectName, "apiVersion" | "kind">): string {
  const [group, version] = apiVersion.split("/");
  return version === undefined ? kind : `${kind}.${group}`;
}

/** Whichever version it was asked in, it is the same object. */
export function keyOf(object: Pick<ObjectName, "apiVersion" | "kind" | "name">): string {
  return `${typeOf(object)}/${object.name}`;
}

export function nameOf(object: KubernetesObject, namespace: string): ObjectName {
  const { apiVersion, kind, metadata } = object;
  return { apiVersion, kind, name: metadata.name, namespace: kind === "Namespace" ? "" : namespace };
}

export function resourceOf(object: ObjectName, data = holdsData(object)): StandingResource {
  const { apiVersion, kind, name, namespace } = object;
  const place = namespace === "" ? name : `${namespace}/${name}`;
  return { id: `${apiVersion} ${kind} ${place}`, type: typeOf(object), holdsData: data };
}

export function objectsOf({ resources }: Pick<Standing, "resources">): ObjectName[] {
  return resources.map(({ id }) => {
    const [apiVersion = "", kind = "", place = ""] = id.split(" ");
    const [namespace, name] = place.includes("/") ? place.split("/", 2) : ["", place];
    return { apiVersion, kind, name: name ?? "", namespace: namespace ?? "" };
  });
}
