// Builds one app of a checkout for one platform: artefacts, and the manifest that deploys them.
import { realpath, stat, writeFile } from "node:fs/promises";
import { isAbsolute, join, resolve } from "node:path";
import { Refusal } from "@faasade/platforms/shared/refusal";
import { makeArtefact } from "./artefact.ts";
import { type BaseImage, readBaseImage } from "./form/parent-image.ts";
import { type Plan, planBuild } from "./plan/plan.ts";
import type { ArtefactResult, BuildOptions, BuildResult } from "./result.ts";
import { writeManifest } from "./write/manifest-files.ts";
import { marker, replaceFolder } from "./write/place.ts";

/**
 * Writes `<outFolder>/<platform>/` anew, whole or not at all. The same sources, lockfile and options give the same
 * bytes, whenever and wherever.
 * @throws {Error} before any work, for a function, trigger or driver that the platform does not support; later, for
 * what does not bundle or cannot be fetched. The former folder stays then.
 */
export async function buildApp(options: BuildOptions): Promise<BuildResult> {
  const { report = () => {} } = options;
  const root = await realpath(options.root);
  const plan = await planBuild({ ...options, root });
  const base = options.base === undefined ? undefined : await openBase(options.base, plan);
  const { app, stage, platform, packagingName: packaging, unit, functions, leftOut, resources } = plan;
  if (leftOut.length > 0) report(`${leftOut.join(", ")}: not served by the packaging ${packaging}, left out`);

  const outFolder = options.outFolder ?? join(root, "apps", app, ".faasade");
  const place = join(resolve(outFolder), platform.name);
  const described = await replaceFolder(place, async (folder) => {
    const artefacts: ArtefactResult[] = [];
    for (const group of groupsOf(plan))
      artefacts.push(await makeArtefact({ plan, ...group, base, folder, report }));
    const files = platform.manifest({
      app,
      stage,
      packaging,
      unit,
      system: plan.packaging.system,
      functions: functions.map(({ description }) => description),
      artefacts: artefacts.map(({ name, functions, path }) => ({ name, functions, path })),
      resources,
    });
    const taken = [marker, ...artefacts.flatMap(({ path }) => path.split("/", 1))];
    const manifest = await writeManifest(folder, place, files, taken);
    if (manifest.length > 0) report(`manifest: ${manifest.join(", ")}`);
    const { system } = plan.packaging;
    const described = {
      app,
      stage,
      platform: platform.name,
      packaging,
      unit,
      system,
      artefacts,
      functions: functions.map(({ description }) => description),
      resources,
      leftOut,
      manifest,
      notes: files.flatMap(({ notes = [] }) => notes),
      next: platform.next({ app, stage, packaging, system, artefacts }),
    };
    await writeFile(join(folder, marker), `${JSON.stringify(described, undefined, 2)}\n`);
    return described;
  });
  report(`built ${app} for ${platform.title} in ${place}`);
  return { ...described, folder: place };
}

function groupsOf({ app, unit, functions }: Plan) {
  if (unit === "app") return [{ name: app, packed: functions }];
  return functions.map((one) => ({ name: one.description.name, packed: [one] }));
}

/** What exists is a layout; a reference to an image elsewhere is only named. */
async function openBase(
  base: string,
  { app, packaging }: Plan,
): Promise<{ name: string; image?: BaseImage }> {
  const path = await stat(base).catch(() => undefined);
  if (path !== undefined) return { name: base, image: await readBaseImage(base, packaging.system) };
  if (isAbsolute(base) || base.startsWith(".") || base.endsWith(".tar"))
    throw new Refusal(
      `Cannot build ${app} on ${base}: there is no such folder or archive. Give an OCI image layout.`,
    );
  return { name: base };
}
