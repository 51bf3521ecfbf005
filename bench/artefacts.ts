// Artefacts of every platform that is registered, built as `faasade build` builds them, aside.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ArtefactResult, type BuildResult, buildApp } from "@faasade/build";
import { platforms } from "@faasade/platforms";
import { unzipSync } from "fflate";

export interface Built {
  /** `faasade/<platform>`, and `faasade/<platform>/<packaging>` for all packagings but the first. */
  readonly name: string;
  readonly result: BuildResult;
}

export interface BuildRequest {
  /** Default: this checkout. */
  readonly root?: string;
  readonly app: string;
  /** What is packed together. `"least"`: a function, where the packaging takes no more than it has to. */
  readonly unit: "function" | "app" | "least";
  /** Where they are written. */
  readonly folder: string;
}

export const checkout = join(import.meta.dirname, "..");

/** One build per platform and packaging; what is refused is said on standard error, and left out. */
export async function buildEverywhere({
  root = checkout,
  app,
  unit: asked,
  folder,
}: BuildRequest): Promise<Built[]> {
  const built: Built[] = [];
  for (const [platform, load] of Object.entries(platforms)) {
    const { packagings } = await load();
    for (const [index, [packaging, { units }]] of Object.entries(packagings).entries()) {
      const unit = asked !== "least" ? asked : units.includes("function") ? "function" : "app";
      if (!units.includes(unit)) continue;
      const name = index === 0 ? `faasade/${platform}` : `faasade/${platform}/${packaging}`;
      const outFolder = join(folder, app, unit, packaging);
      const cpu = process.arch === "arm64" ? "arm64" : "x64";
      try {
        const result = await buildApp({
          root,
          app,
          platform,
          packaging,
          unit,
          cpu,
          // Short: Google Cloud takes 32 characters for the name of a bucket, the stage among them.
          stage: "dev",
          outFolder,
        });
        built.push({ name, result });
      } catch (error) {
        console.error(`left out: ${name} of ${app}. ${(error as Error).message}`);
      }
    }
  }
  return built;
}

/** The folder that the platform would start an artefact in. */
export async function unpack(
  { folder }: BuildResult,
  { name, path, image }: ArtefactResult,
): Promise<string> {
  if (!path.endsWith(".zip")) return image === undefined ? join(folder, path) : join(folder, name, "app");
  const into = join(folder, `${name}.unpacked`);
  for (const [file, bytes] of Object.entries(unzipSync(await readFile(join(folder, path))))) {
    if (file.endsWith("/")) continue;
    await mkdir(dirname(join(into, file)), { recursive: true });
    await writeFile(join(into, file), bytes);
  }
  return into;
}

/** The file at the artefact's root that the platform loads. */
export async function fileOf({ platform, packaging }: BuildResult): Promise<string> {
  const loaded = await platforms[platform]?.();
  return loaded?.packagings[packaging]?.file ?? "index.mjs";
}
