// One artefact: bundled, completed with native packages, packed in the form its platform takes.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Bundle, bundle } from "./bundle/bundle.ts";
import { type Measured, measure } from "./bundle/measure.ts";
import type { DescribedFunction } from "./describe/describe.ts";
import { type ArtefactFile, byPath, bytesOf, readPackages } from "./form/artefact-file.ts";
import { dockerfileOf } from "./form/dockerfile.ts";
import { imageOf } from "./form/image.ts";
import { layerOf } from "./form/layer.ts";
import type { BaseImage } from "./form/parent-image.ts";
import { zip } from "./form/zip.ts";
import { installNatives } from "./native/install.ts";
import type { Plan } from "./plan/plan.ts";
import type { ArtefactResult, Budget } from "./result.ts";

export interface ArtefactRequest {
  readonly plan: Plan;
  /** The function's name, or the app's. */
  readonly name: string;
  readonly packed: readonly DescribedFunction[];
  readonly base: { readonly name: string; readonly image?: BaseImage } | undefined;
  readonly folder: string;
  readonly report: (line: string) => void;
}

export async function makeArtefact(request: ArtefactRequest): Promise<ArtefactResult> {
  const { plan, name, packed, report } = request;
  const elsewhere = plan.routed.filter((one) => !packed.includes(one));
  const resources = usedBy(plan, packed);
  const bundled = await bundle({ ...plan, name, functions: packed, elsewhere, resources });
  const measured = measure(bundled, packed, plan.functions, plan.packaging.provided);
  const { files, packages } = await complete(request, bundled);
  const { packedBytes, ...form } = await pack(request, files);
  const unpackedBytes = bytesOf(files);
  report(`${name}: ${packedBytes} bytes packed, ${unpackedBytes} unpacked, ${measured.modules} modules`);
  const budgets = budgetsOf(plan, packedBytes, unpackedBytes, measured);
  for (const { what, limit, value, because = [] } of budgets.filter(({ kept }) => !kept))
    report(`${name}: more ${what} than ${limit}: ${[`${value}`, ...because].join(", ")}`);
  return {
    name,
    functions: packed.map(({ description }) => description.name),
    packedBytes,
    unpackedBytes,
    modules: measured.modules,
    sizes: measured.sizes,
    natives: packages,
    budgets,
    ...form,
  };
}

function usedBy({ resources }: Plan, packed: readonly DescribedFunction[]): Plan["resources"] {
  const used = new Set(
    packed.flatMap(({ description }) => description.grants.map(({ kind, name }) => `${kind} ${name}`)),
  );
  return resources.filter(({ kind, name }) => used.has(`${kind} ${name}`));
}

async function complete(
  { plan: { root, packaging }, name, report }: ArtefactRequest,
  { files: bundled, natives }: Bundle,
): Promise<{ files: readonly ArtefactFile[]; packages: readonly string[] }> {
  const files = [...bundled].map(([path, bytes]) => ({ path, bytes }));
  if (natives.length === 0) return { files: files.sort(byPath), packages: [] };
  const { folder, packages } = await installNatives({
    root,
    name,
    natives,
    system: packaging.system,
    report,
  });
  return { files: [...files, ...(await readPackages(folder))].sort(byPath), packages };
}

type Packed = Pick<ArtefactResult, "path" | "packedBytes" | "image">;

async function pack(request: ArtefactRequest, files: readonly ArtefactFile[]): Promise<Packed> {
  const { name, folder, plan } = request;
  switch (plan.packaging.form) {
    case "zip": {
      const path = `${name}.zip`;
      const bytes = zip(files);
      await writeFile(join(folder, path), bytes);
      return { path, packedBytes: bytes.length };
    }
    case "folder":
      await writeFiles(join(folder, name), files);
      return { path: name, packedBytes: bytesOf(files) };
    case "image":
      return packImage(request, files);
  }
}

/** `<name>/app` with a Dockerfile for daemons, and `<name>/image` that needs none; without a base, the app's layer. */
async function packImage(
  { name, folder, plan, base }: ArtefactRequest,
  files: readonly ArtefactFile[],
): Promise<Packed> {
  const { app, stage, packaging, platform, packagingName } = plan;
  if (packaging.image === undefined)
    throw new Error(
      `Cannot build ${app}/${name}: the packaging ${packagingName} of ${platform.title} does not say what its image runs.`,
    );
  const { base: reference, command, folder: inside } = packaging.image;
  const labels = {
    "faasade-app": app,
    "faasade-stage": stage,
    "org.opencontainers.image.title": `${app}/${name}`,
  };
  const from = base === undefined || base.image !== undefined ? reference : base.name;
  const dockerfile = dockerfileOf({ base: from, folder: inside, command, labels });
  await writeFiles(join(folder, name, "app"), files);
  await writeFile(join(folder, name, "Dockerfile"), dockerfile);

  const layer = await layerOf(files, inside);
  if (base?.image === undefined) {
    await writeFile(join(folder, name, "layer.tar.gz"), layer.bytes);
    return { path: name, packedBytes: layer.bytes.length, image: { base: "none" } };
  }
  const { system } = packaging;
  const image = imageOf({ base: base.image, layer, system, folder: inside, command, labels });
  await writeFiles(join(folder, name, "image"), image.files);
  return {
    path: `${name}/image`,
    packedBytes: bytesOf(image.files),
    image: { base: base.image.digest, digest: image.digest },
  };
}

async function writeFiles(folder: string, files: readonly ArtefactFile[]): Promise<void> {
  for (const parent of new Set(files.map(({ path }) => dirname(join(folder, path)))))
    await mkdir(parent, { recursive: true });
  await Promise.all(files.map(({ path, bytes }) => writeFile(join(folder, path), bytes)));
}

function budgetsOf({ packaging }: Plan, packed: number, unpacked: number, { foreign }: Measured): Budget[] {
  const { packedBytes, unpackedBytes } = packaging.limits ?? {};
  const atMost = (what: string, limit: number | undefined, value: number): Budget[] =>
    limit === undefined ? [] : [{ what, limit, value, kept: value <= limit }];
  return [
    ...atMost("bytes packed", packedBytes, packed),
    ...atMost("bytes unpacked", unpackedBytes, unpacked),
    ...atMost("modules of other functions", 0, foreign.length).map((budget) => ({
      ...budget,
      ...(budget.kept ? {} : { because: foreign }),
    })),
  ];
}
