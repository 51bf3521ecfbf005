// The base, which knows no stage, and the overlay that makes a stage of it.

import { resourceOf } from "../manifest/deployment.ts";
import { settingsFile } from "../manifest/settings-file.ts";
import type { ManifestFile } from "../platform.ts";
import { isSecretUrl } from "./environment.ts";
import { fileOf, filesOf, type KubernetesObject } from "./objects.ts";
import { imageOf, type Plan } from "./plan.ts";

const kustomization = { apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization" };

export interface KustomizeOptions {
  /** What is known of some `<RESOURCE>_URL`s; the operator fills in the others. */
  readonly urls?: Readonly<Record<string, string>>;
  /** What belongs to the stage, not to the base. */
  readonly staged?: readonly KubernetesObject[];
  /** Kinds that kustomize does not know, whose pods are to be labelled and whose ConfigMap is to be named. */
  readonly podKinds?: readonly { readonly group: string; readonly kind: string }[];
}

/** @throws {ManifestRefusal} where two objects would be one. */
export function kustomize(
  plan: Plan,
  objects: readonly KubernetesObject[],
  { urls = {}, staged = [], podKinds = [] }: KustomizeOptions = {},
): ManifestFile[] {
  const { app, stage } = plan.deployment;
  const all = [serviceAccount(app), ...objects].map((object) => labelled(object, { "faasade-app": app }));
  checkDistinct(plan, [...all, ...staged]);
  const overlay = `overlays/${stage}`;
  return [
    ...filesOf("base", all),
    ...filesOf(overlay, staged),
    { path: "base/kustomization.yaml", content: { ...kustomization, resources: all.map(fileOf).sort() } },
    { path: `${overlay}/kustomization.yaml`, content: overlayOf(plan, staged, podKinds) },
    { path: `${overlay}/namespace.yaml`, content: namespaceOf(plan) },
    { path: `${overlay}/settings.env`, content: settingsOf(plan, all, urls), keep: true },
    ...(podKinds.length === 0
      ? []
      : [{ path: `${overlay}/references.yaml`, content: referencesOf(podKinds) }]),
  ];
}

/** One name is one Service, whether Kubernetes or Knative makes it. */
function checkDistinct({ refuse }: Plan, objects: readonly KubernetesObject[]): void {
  const seen = new Set<string>();
  for (const { kind, metadata } of objects) {
    const what = `${kind} ${metadata.name}`;
    if (seen.has(what))
      throw refuse(undefined, `two different things would be the ${what}`, "Rename a function");
    seen.add(what);
  }
}

function overlayOf(
  plan: Plan,
  staged: readonly KubernetesObject[],
  podKinds: NonNullable<KustomizeOptions["podKinds"]>,
): object {
  const { deployment, labels } = plan;
  const images = [...new Set(deployment.functions.map((fn) => imageOf(plan, fn)))].sort();
  const path = "spec/template/metadata/labels";
  const fields = podKinds.map((kind) => ({ ...kind, path, create: true }));
  return {
    ...kustomization,
    namespace: labels["faasade-deployment"],
    resources: ["../../base", "namespace.yaml", ...staged.map(fileOf).sort()],
    labels: [{ pairs: labels, includeTemplates: true, ...(fields.length === 0 ? {} : { fields }) }],
    images: images.map((name) => ({ name, newName: `registry.invalid/${name}`, newTag: deployment.stage })),
    configMapGenerator: [{ name: deployment.app, envs: ["settings.env"] }],
    ...(podKinds.length === 0 ? {} : { configurations: ["references.yaml"] }),
  };
}

/** Pods that would be more than these are allowed to be are not started in it. */
function namespaceOf({ labels }: Plan): object {
  const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: labels["faasade-deployment"], labels: restricted },
  };
}

/** A change of the settings is a change of the ConfigMap's name, and so makes new pods. */
function referencesOf(podKinds: NonNullable<KustomizeOptions["podKinds"]>): object {
  const path = "spec/template/spec/containers/env/valueFrom/configMapKeyRef/name";
  return {
    nameReference: [
      { kind: "ConfigMap", version: "v1", fieldSpecs: podKinds.map((kind) => ({ ...kind, path })) },
    ],
  };
}

function settingsOf(
  plan: Plan,
  objects: readonly KubernetesObject[],
  urls: Readonly<Record<string, string>>,
): string {
  const { functions, app } = plan.deployment;
  const secrets = [...new Set(secretKeysOf(objects))].sort();
  const keys =
    secrets.length === 0 ? "" : `, with the keys (those with "?" if they are needed): ${secrets.join(", ")}`;
  const head = `Settings of ${app}. Secrets are not among them: make a Secret named ${app} for those${keys}.`;
  return settingsFile(head, functions, {
    urls,
    driverOf: (grant) => resourceOf(plan, grant).driver,
    isUrlSecret: (grant) => isSecretUrl(plan, grant),
  });
}

/** The keys that pods ask for, with a question mark where they can do without. */
function secretKeysOf(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  const { secretKeyRef, ...rest } = value as { secretKeyRef?: { key: string; optional?: boolean } };
  const own = secretKeyRef === undefined ? [] : [`${secretKeyRef.key}${secretKeyRef.optional ? "?" : ""}`];
  return [...own, ...Object.values(rest).flatMap(secretKeysOf)];
}

function serviceAccount(name: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name },
    automountServiceAccountToken: false,
  };
}

/** The labels that selectors of the app as a whole ask for, on the object and on the pods it makes. */
function labelled(object: KubernetesObject, labels: Readonly<Record<string, string>>): KubernetesObject {
  const { metadata } = object;
  const own = { ...object, metadata: { ...metadata, labels: { ...labels, ...metadata.labels } } };
  return labelTemplates(own, labels) as KubernetesObject;
}

function labelTemplates(value: unknown, labels: Readonly<Record<string, string>>): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, part]) => {
    const inner = labelTemplates(part, labels) as { metadata?: { labels?: object } };
    if (name !== "template" && name !== "jobTemplate") return [name, inner] as const;
    const metadata = { ...inner.metadata, labels: { ...labels, ...inner.metadata?.labels } };
    return [name, { ...inner, metadata }] as const;
  });
  return Object.fromEntries(entries);
}
