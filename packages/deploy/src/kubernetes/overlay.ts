// The overlay of one deployment: the built one, with its images placed and the values that were given.
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { parse, parseAllDocuments } from "yaml";
import type { Place, Wanted } from "../target.ts";
import { type PlacedImage, placeImages } from "./images.ts";
import type { Kubectl } from "./kubectl.ts";
import { readManifests } from "./manifests.ts";
import type { KubernetesObject } from "./objects.ts";
import { namespaceOf } from "./place.ts";

export interface Overlay {
  /** What `kubectl apply -k` takes; beside the build, and of the deployment's own. */
  readonly folder: string;
  /** What kustomize makes of it. */
  readonly objects: readonly KubernetesObject[];
  readonly images: readonly PlacedImage[];
}

interface BuiltKustomization {
  readonly namespace: string;
  readonly images?: readonly { readonly name: string; readonly newName?: string }[];
}

/**
 * @param kubectl absent where commands are only read: what the files say is enough then, and no tool is needed.
 * @param values by variable; those that the app's settings know nothing of are left out.
 */
export async function writeOverlay(
  kubectl: Kubectl | undefined,
  { id, build }: Wanted,
  place: Place,
  values: Readonly<Record<string, string>>,
): Promise<Overlay> {
  const built = join(build.folder, "overlays", build.stage);
  const kustomization = await readKustomization(built);
  const placed = (name: string): string =>
    kustomization.images?.find((image) => image.name === name)?.newName ?? name;
  const isPlaced = (kustomization.images ?? []).every(
    ({ newName }) => !newName?.startsWith("registry.invalid/"),
  );
  const images = await placeImages(build, place, isPlaced);
  const folder = join(dirname(build.folder), "stages", `${id.stage}.${id.platform}`);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const references = "references.yaml";
  const hasReferences = await isFile(join(built, references));
  if (hasReferences) await copyFile(join(built, references), join(folder, references));
  const own = {
    apiVersion: "kustomize.config.k8s.io/v1beta1",
    kind: "Kustomization",
    resources: [relative(folder, built).split(sep).join("/")],
    images: images.map(({ name, reference }) => ({ name: placed(name), ...reference })),
    ...(hasReferences ? { configurations: [references] } : {}),
    ...(await givenValues(folder, build.app, kustomization, values)),
    ...elsewhere(kustomization, place),
  };
  // JSON is YAML.
  await writeFile(join(folder, "kustomization.yaml"), `${JSON.stringify(own, null, 2)}\n`);
  const text =
    kubectl === undefined
      ? await readManifests(built, build.app, values)
      : await kubectl.run(["kustomize", folder], { to: `build the manifests of ${id.name}` });
  const objects = parseAllDocuments(text).map((document) => document.toJS() as KubernetesObject);
  checkHosts(text, kustomization, namespaceOf(id, place));
  return { folder, objects, images };
}

async function readKustomization(folder: string): Promise<BuiltKustomization> {
  try {
    return parse(await readFile(join(folder, "kustomization.yaml"), "utf8")) as BuiltKustomization;
  } catch (cause) {
    throw new Refusal(
      `Cannot deploy from ${folder}: there is no kustomization.yaml that could be read. Build the app for this stage again.`,
      { cause },
    );
  }
}

/** Files, not literals, so that quotes and line breaks stay what they are. */
async function givenValues(
  folder: string,
  app: string,
  { namespace }: BuiltKustomization,
  values: Readonly<Record<string, string>>,
): Promise<object> {
  const names = Object.keys(values).sort();
  if (names.length === 0) return {};
  await mkdir(join(folder, "values"));
  for (const name of names)
    await writeFile(join(folder, "values", name), values[name] ?? "", { mode: 0o600 });
  const files = names.map((name) => `${name}=values/${name}`);
  return { configMapGenerator: [{ name: app, namespace, behavior: "merge", files }] };
}

/** Another namespace is there already and not the stage's own, which is neither made nor changed then. */
function elsewhere({ namespace: own }: BuiltKustomization, { namespace }: Place): object {
  if (namespace === undefined || namespace === own) return {};
  const patch = JSON.stringify({
    $patch: "delete",
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: own },
  });
  return { namespace, patches: [{ patch }] };
}

/** Functions that call others say where these are by the namespace. */
function checkHosts(text: string, { namespace: own }: BuiltKustomization, namespace: string): void {
  const host = new RegExp(`[\\w-]+\\.${own}\\.svc[\\w.]*`).exec(text)?.[0];
  if (namespace === own || host === undefined) return;
  throw new Refusal(
    `Cannot deploy to the namespace ${namespace}: the manifests name the host ${host}. Leave --place namespace=… out, or ` +
      "set the URL that names it in the overlay's settings.env.",
  );
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
