// What applying an overlay would change, asked of the server by a dry run.
import { isDeepStrictEqual } from "node:util";
import type { Change, Standing } from "../target.ts";
import { explain } from "./errors.ts";
import type { Kubectl } from "./kubectl.ts";
import { typesAt } from "./look.ts";
import { holdsData, type KubernetesObject, keyOf, type ObjectName, objectsOf, typeOf } from "./objects.ts";
import type { Overlay } from "./overlay.ts";
import { fieldManager } from "./place.ts";

export async function compare(kubectl: Kubectl, overlay: Overlay, standing: Standing): Promise<Change[]> {
  const { folder, objects } = overlay;
  const live = new Map<string, KubernetesObject>();
  const merged = new Map<string, KubernetesObject>();
  if (standing.state !== "unknown") {
    await checkTypes(kubectl, objects);
    const get = ["get", `--kustomize=${folder}`, "--ignore-not-found", "-o=json"];
    for (const one of itemsOf(await kubectl.run(get, { to: "compare with what stands" })))
      live.set(keyOfObject(one), one);
    // A dry run finds no namespace that is to be made.
    const isNew = objects.some((one) => one.kind === "Namespace" && !live.has(keyOfObject(one)));
    const dryRun = [...applyArguments(folder), "--dry-run=server", "-o=json"];
    if (!isNew && live.size > 0)
      for (const one of itemsOf(await kubectl.run(dryRun, { to: "try the manifests on the server" })))
        merged.set(keyOfObject(one), one);
  }
  const former = formerOf(objects, standing);
  const changes = objects.map((object): Change => {
    const key = keyOfObject(object);
    const [before, after] = [live.get(key), merged.get(key)];
    const what = before === undefined ? "create" : isSame(before, after) ? "unchanged" : "change";
    const renamed = what === "create" && former.some((one) => isNextOf(object, one));
    return { what: renamed ? "change" : what, type: typeOf(object), name: object.metadata.name };
  });
  return [...changes, ...leftOver(objects, former)];
}

export function applyArguments(folder: string): string[] {
  return ["apply", `--kustomize=${folder}`, "--server-side", `--field-manager=${fieldManager}`];
}

/** What stands, and is not part of these objects any more. Stores are not removed. */
export function formerOf(objects: readonly KubernetesObject[], standing: Standing): ObjectName[] {
  const wanted = new Set(objects.map(keyOfObject));
  return objectsOf(standing).filter((one) => !wanted.has(keyOf(one)) && one.kind !== "Namespace");
}

function leftOver(objects: readonly KubernetesObject[], former: readonly ObjectName[]): Change[] {
  return former
    .filter((one) => one.kind !== "Secret" && !objects.some((object) => isNextOf(object, one)))
    .map((one) => ({ what: holdsData(one) ? "orphan" : "remove", type: typeOf(one), name: one.name }));
}

/** Kustomize ends the name of a ConfigMap by its content: other settings are another one, in its place. */
function isNextOf({ kind, metadata }: KubernetesObject, former: ObjectName): boolean {
  const base = (name: string): string | undefined => /^(.+)-[a-z0-9]{10}$/.exec(name)?.[1];
  if (kind !== "ConfigMap" || former.kind !== kind || base(former.name) === undefined) return false;
  return base(metadata.name) === base(former.name) && metadata.name !== former.name;
}

/** @throws {Error} for the first kind that the cluster does not know, in words that say what brings it. */
async function checkTypes(kubectl: Kubectl, objects: readonly KubernetesObject[]): Promise<void> {
  const groups = new Set((await typesAt(kubectl)).map((type) => type.slice(type.indexOf(".") + 1)));
  for (const { apiVersion, kind } of objects) {
    const [group = "", version] = apiVersion.split("/");
    if (version === undefined || groups.has(group)) continue;
    throw explain("deploy to this cluster", `no matches for kind "${kind}" in version "${apiVersion}"`);
  }
}

function itemsOf(text: string): KubernetesObject[] {
  if (text.trim() === "") return [];
  const answer = JSON.parse(text) as KubernetesObject & { readonly items?: readonly KubernetesObject[] };
  return answer.kind === "List" ? [...(answer.items ?? [])] : [answer];
}

function keyOfObject({ apiVersion, kind, metadata }: KubernetesObject): string {
  return keyOf({ apiVersion, kind, name: metadata.name });
}

/** But for what the server writes down of each change. */
function isSame(before: KubernetesObject, after: KubernetesObject | undefined): boolean {
  return after !== undefined && isDeepStrictEqual(contentOf(before), contentOf(after));
}

function contentOf({ metadata, status, ...rest }: KubernetesObject): object {
  const { managedFields, resourceVersion, generation, ...named } = metadata;
  return { ...rest, metadata: named };
}
