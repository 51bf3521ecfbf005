// Where the images of a build go: to a registry, or into a cluster of kind without one.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArtefactResult, BuildResult } from "@faasade/build";
import { imageName } from "@faasade/platforms/shared/push";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { fingerprintOf } from "../fingerprint.ts";
import { commandLine } from "../shared/tool.ts";
import type { Need, Place, Step } from "../target.ts";
import { runTool } from "./kubectl.ts";

/** An image as it is called in the manifest, and where it is. */
export interface PlacedImage {
  readonly artefact: ArtefactResult;
  /** As the base calls it. */
  readonly name: string;
  /** Where it is pushed to or loaded as: with a tag made of its content, so that what is the same stays. */
  readonly tagged: string;
  /** As pods ask for it: by its digest where that is known. */
  readonly reference: { readonly newName: string; readonly newTag?: string; readonly digest?: string };
}

/** Knative asks no registry for the digests of such images. */
const withoutRegistry = "kind.local";
/** Of images that have no place yet, as builds write it. */
const noRegistry = "registry.invalid";
const longestSeconds = 1800;

/** Empty where the overlay says already where the images are; where nobody does, that is a need, and they have no place. */
export async function placeImages(
  build: BuildResult,
  place: Place,
  isPlaced: boolean,
): Promise<PlacedImage[]> {
  const { registry, kind } = place;
  if (registry === undefined && kind === undefined && isPlaced) return [];
  if (registry !== undefined && !/^[a-z0-9][a-z0-9.:/_-]*[a-z0-9]$/.test(registry))
    throw new Refusal(
      `Cannot deploy ${build.app} to the registry ${registry}: that is no place for images. Say it as <host>/<path>, in lower case.`,
    );
  return Promise.all(
    build.artefacts.map(async (artefact) => {
      const name = imageName(build.app, artefact);
      const { digest } = artefact.image ?? {};
      const tag = (digest?.slice("sha256:".length) ?? (await contentOf(build, artefact))).slice(0, 16);
      const newName = `${kind === undefined ? (registry ?? noRegistry) : withoutRegistry}/${name}`;
      const isPinned = digest !== undefined && kind === undefined;
      const reference = isPinned ? { newName, digest } : { newName, newTag: tag };
      const tagged = `${newName}:${tag}`.replace(noRegistry, "<registry>");
      return { artefact, name, tagged, reference };
    }),
  );
}

/** What is missing where images have no place. */
export function imageNeeds(images: readonly PlacedImage[]): Need[] {
  if (!images.some(({ tagged }) => tagged.startsWith("<registry>"))) return [];
  return [
    {
      name: "registry",
      kind: "setting",
      state: "missing",
      detail: "nothing says where images go",
      fix: "say --place registry=<host>/<path>, or --place kind=<cluster> to load them into a cluster of kind",
    },
  ];
}

/** Of one artefact alone: a change of another leaves its image as it is. */
function contentOf(build: BuildResult, artefact: ArtefactResult): Promise<string> {
  return fingerprintOf({ ...build, artefacts: [artefact], manifest: [] });
}

/** @param folder of the deployment's own, for archives. */
export async function imageSteps(
  build: BuildResult,
  place: Place,
  images: readonly PlacedImage[],
  folder: string,
): Promise<Step[]> {
  const { kind, push } = place;
  if (kind === undefined && push === "no") return [];
  const steps = images.map((image) =>
    kind === undefined ? pushStep(build, image) : loadSteps(build, image, kind, folder),
  );
  return (await Promise.all(steps)).flat();
}

/** A folder with a Dockerfile, of which a daemon makes the image; otherwise an OCI image layout. */
function isDockerfile({ path, name }: ArtefactResult): boolean {
  return path === name;
}

async function pushStep(build: BuildResult, { artefact, name, tagged }: PlacedImage): Promise<Step[]> {
  const path = join(build.folder, artefact.path);
  const push = isDockerfile(artefact)
    ? toolStep(`push ${name}`, "docker", [...buildx(build), "--push", `--tag=${tagged}`, path])
    : toolStep(`push ${name}`, "skopeo", ["copy", "--preserve-digests", `oci:${path}`, `docker://${tagged}`]);
  return [push];
}

async function loadSteps(
  build: BuildResult,
  { artefact, name, tagged }: PlacedImage,
  cluster: string,
  folder: string,
): Promise<Step[]> {
  const path = join(build.folder, artefact.path);
  if (isDockerfile(artefact))
    return [
      toolStep(`make ${name}`, "docker", [...buildx(build), "--load", `--tag=${tagged}`, path]),
      toolStep(`load ${name}`, "kind", ["load", "docker-image", tagged, `--name=${cluster}`]),
    ];
  const archive = join(folder, `${name}.tar`);
  const index = await namedIndex(path, tagged, join(folder, name));
  return [
    toolStep(`archive ${name}`, "tar", [
      "-cf",
      archive,
      "-C",
      path,
      "oci-layout",
      "blobs",
      "-C",
      index,
      "index.json",
    ]),
    toolStep(`load ${name}`, "kind", ["load", "image-archive", archive, `--name=${cluster}`]),
  ];
}

function buildx({ system }: BuildResult): string[] {
  const platform = `${system.os}/${{ x64: "amd64", arm64: "arm64" }[system.cpu]}`;
  return ["buildx", "build", `--platform=${platform}`, "--provenance=false"];
}

/** The layout's index with the name under which containerd takes the image in. Returns its folder. */
async function namedIndex(layout: string, name: string, folder: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, "index.json"), "utf8")) as { manifests: object[] };
  const annotations = { "io.containerd.image.name": name, "org.opencontainers.image.ref.name": name };
  const manifests = index.manifests.map((manifest) => ({ ...manifest, annotations }));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "index.json"), JSON.stringify({ ...index, manifests }));
  return folder;
}

function toolStep(name: string, tool: string, args: readonly string[]): Step {
  return {
    name,
    command: commandLine(tool, args),
    async run(report) {
      await runTool(tool, args, { to: name, report, longest: longestSeconds });
      return `done: ${name}`;
    },
  };
}
