// Where images go: the commands that bring them there, and the archive that a cluster without a registry takes in.
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ArtefactResult, BuildResult } from "@faasade/build";
import { describe, expect, it, onTestFinished } from "vitest";
import { imageNeeds, imageSteps, placeImages } from "../../src/kubernetes/images.ts";
import type { Place } from "../../src/target.ts";

const digest = `sha256:${"ab".repeat(32)}`;

/** A build of one image: of a Dockerfile, or a whole OCI layout. */
async function buildOf(
  kind: "dockerfile" | "layout",
  content = "1",
): Promise<{ build: BuildResult; own: string }> {
  const folder = await mkdtemp(join(tmpdir(), "faasade-images-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = kind === "dockerfile" ? "shop" : "shop.oci";
  await mkdir(join(folder, path, "blobs/sha256"), { recursive: true });
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: "application/vnd.oci.image.manifest.v1+json", digest, size: 2 }],
  };
  await writeFile(join(folder, path, "index.json"), JSON.stringify(index));
  await writeFile(join(folder, path, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, path, "blobs/sha256", "ab".repeat(32)), content);
  const image = kind === "layout" ? { image: { base: "x", digest } } : {};
  const artefact = { name: "shop", path, functions: [], ...image } as unknown as ArtefactResult;
  const system = { os: "linux", cpu: "arm64", libc: "glibc" } as const;
  const build = { app: "shop", folder, artefacts: [artefact], system, packaging: "image", unit: "app" };
  const own = join(folder, "stage");
  await mkdir(own);
  return { build: build as unknown as BuildResult, own };
}

async function commandsFor(build: BuildResult, own: string, place: Place): Promise<string[]> {
  const steps = await imageSteps(build, place, await placeImages(build, place, false), own);
  return steps.map(({ command }) => command.replaceAll(build.folder, "<build>"));
}

describe("images on their way to a cluster", () => {
  it("are pushed as they were built, and asked for by their digest", async () => {
    const { build, own } = await buildOf("layout");
    const place = { registry: "ghcr.io/me" };
    expect(await commandsFor(build, own, place)).toEqual([
      "skopeo copy --preserve-digests oci:<build>/shop.oci docker://ghcr.io/me/shop:abababababababab",
    ]);
    const [image] = await placeImages(build, place, false);
    expect(image?.reference).toEqual({ newName: "ghcr.io/me/shop", digest });
    expect(await commandsFor(build, own, { ...place, push: "no" })).toEqual([]);
  });

  it("are made of a Dockerfile, under a tag that only their content changes", async () => {
    const { build, own } = await buildOf("dockerfile");
    const place = { registry: "ghcr.io/me" };
    const [command = ""] = await commandsFor(build, own, place);
    expect(command).toMatch(
      /^docker buildx build --platform=linux\/arm64 --provenance=false --push --tag=ghcr\.io\/me\/shop:[0-9a-f]{16} <build>\/shop$/,
    );
    const same = await buildOf("dockerfile");
    expect(await commandsFor(same.build, same.own, place)).toEqual([command]);
    const other = await buildOf("dockerfile", "2");
    expect(await commandsFor(other.build, other.own, place)).not.toEqual([command]);
  });

  it("are loaded into a cluster of kind, by a name for which no registry is asked", async () => {
    const { build, own } = await buildOf("dockerfile");
    const [make = "", load = ""] = await commandsFor(build, own, { kind: "faasade" });
    expect(make).toMatch(/--load --tag=kind\.local\/shop:[0-9a-f]{16} <build>\/shop$/);
    expect(load).toMatch(/^kind load docker-image kind\.local\/shop:[0-9a-f]{16} --name=faasade$/);
  });

  it("are archived with that name, for containerd to take them in", async () => {
    const { build, own } = await buildOf("layout");
    const place = { kind: "faasade" };
    const [archive, load] = await imageSteps(build, place, await placeImages(build, place, false), own);
    expect(load?.command).toBe(`kind load image-archive ${join(own, "shop.tar")} --name=faasade`);
    await archive?.run(() => {});
    const tar = (...args: string[]): string => execFileSync("tar", args, { encoding: "utf8" });
    const names = tar("-tf", join(own, "shop.tar"))
      .split("\n")
      .filter((name) => name !== "" && !name.endsWith("/"));
    expect(names.sort()).toEqual([`blobs/sha256/${"ab".repeat(32)}`, "index.json", "oci-layout"]);
    const index = JSON.parse(tar("-xOf", join(own, "shop.tar"), "index.json"));
    expect(index.manifests).toEqual([
      expect.objectContaining({
        digest,
        annotations: {
          "io.containerd.image.name": "kind.local/shop:abababababababab",
          "org.opencontainers.image.ref.name": "kind.local/shop:abababababababab",
        },
      }),
    ]);
  });

  it("need a place: without one it is named, and stands as <registry> in what is printed", async () => {
    const { build, own } = await buildOf("layout");
    const images = await placeImages(build, {}, false);
    expect(imageNeeds(images)).toMatchObject([{ name: "registry", state: "missing" }]);
    const [step] = await imageSteps(build, {}, images, own);
    expect(step?.command).toContain("docker://<registry>/shop:abababababababab");
    expect(images[0]?.reference).toEqual({ newName: "registry.invalid/shop", digest });
    expect(imageNeeds(await placeImages(build, { registry: "ghcr.io/me" }, false))).toEqual([]);
  });

  it("are refused a place that no registry takes", async () => {
    const { build } = await buildOf("layout");
    await expect(placeImages(build, { registry: "https://ghcr.io/Me" }, false)).rejects.toThrow(
      "in lower case",
    );
    expect(await placeImages(build, {}, true)).toEqual([]);
  });
});
