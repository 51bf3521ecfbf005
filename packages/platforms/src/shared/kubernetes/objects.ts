// Objects of Kubernetes as plain values, and the files they are written to.
import type { ManifestFile } from "../platform.ts";

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [section: string]: unknown;
}

/** Tells the pods of one kind from the others, in selectors as well: it never changes. */
export function selectorOf(name: string): Record<string, string> {
  return { "app.kubernetes.io/name": name };
}

/** The name of an object's file within its folder. */
export function fileOf({ apiVersion, kind, metadata }: KubernetesObject): string {
  const kindName = kind.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const prefix = apiVersion.startsWith("serving.knative.dev/") ? "knative-" : "";
  return `${prefix}${kindName}-${metadata.name}.yaml`;
}

export function filesOf(folder: string, objects: readonly KubernetesObject[]): ManifestFile[] {
  return objects.map((object) => ({ path: `${folder}/${fileOf(object)}`, content: object }));
}
