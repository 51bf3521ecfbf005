// Manifests as the tools of Kubernetes see them: built by kustomize, checked by kubeconform, where those are there.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { notProved } from "../../../../tools/not-proved.ts";
import type { ManifestFile } from "../../src/shared/platform.ts";
import { kubernetesVersion, vendorTypes } from "./vendor-types.ts";

const runtimes = process.env["FAASADE_RUNTIMES_GO"] ?? "";
const kustomize = existing(process.env["FAASADE_KUSTOMIZE"], join(runtimes, "kustomize"));
const kubeconform = existing(process.env["FAASADE_KUBECONFORM"], join(runtimes, "kubeconform"));
/** A folder of strict JSON schemas, one for each kind: `<kind>_<group>_<version>.json`. The vendors' types otherwise. */
const schemas = existing(process.env["FAASADE_KUBERNETES_SCHEMAS"]);

/** Whether somebody named schemas of more kinds than the vendors' types. */
export const schemasAreGiven = schemas !== undefined;

function existing(...files: readonly (string | undefined)[]): string | undefined {
  return files.find((file) => file !== undefined && existsSync(file));
}

/** The objects of a stage as text, one each; undefined where kustomize is missing, which is told. */
export function render(files: readonly ManifestFile[], stage = "test"): string[] | undefined {
  if (kustomize === undefined) {
    notProved("kustomize builds the manifests", "it is not installed", "run npm run test:runtimes");
    return undefined;
  }
  return inFolder(files, (folder) =>
    execFileSync(kustomize, ["build", join(folder, "overlays", stage)], { encoding: "utf8" }).split(
      "\n---\n",
    ),
  );
}

/** What kubeconform says against strict schemas, nothing when all is well; undefined where it cannot be asked. */
export function violations(documents: readonly string[]): string | undefined {
  const places = schemas === undefined ? vendorTypes(documents) : schemasIn(schemas);
  if (kubeconform === undefined || places === undefined) {
    const missing = kubeconform === undefined ? "kubeconform is" : "the vendors' types are";
    notProved(
      "the manifests keep to the schemas of Kubernetes and Knative",
      `${missing} not installed`,
      "run npm run test:runtimes",
    );
    return undefined;
  }
  const locations = places.flatMap((place) => ["-schema-location", place]);
  const version = ["-kubernetes-version", `${kubernetesVersion}.0`];
  try {
    execFileSync(kubeconform, ["-strict", ...version, ...locations], {
      input: documents.join("\n---\n"),
      encoding: "utf8",
    });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}

function schemasIn(folder: string): string[] {
  return ["{{.Group}}", "core"].map((group) =>
    join(folder, `{{.ResourceKind}}_${group}_{{.ResourceAPIVersion}}.json`),
  );
}

/** The objects as they are written, without what an overlay makes of them. */
export function documentsOf(files: readonly ManifestFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith(".yaml") && !/(?:kustomization|references)\.yaml$/.test(path))
    .map(({ content }) => JSON.stringify(content));
}

function inFolder<Result>(files: readonly ManifestFile[], use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), "faasade-kustomize-"));
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      // JSON is YAML.
      writeFileSync(
        join(folder, path),
        typeof content === "string" ? content : JSON.stringify(content, null, 2),
      );
    }
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
