// Needs apps/hello and apps/image-conversion.
// What the tools of others say of Dockerfiles and of Kubernetes' own objects.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { platform as knative } from "../../src/knative/platform.ts";
import { platform as kubernetes } from "../../src/kubernetes/platform.ts";
import { deploymentOn } from "../kubernetes/deployments.ts";
import { documentsOf, render } from "../kubernetes/rendered.ts";
import { kubernetesVersion } from "../kubernetes/vendor-types.ts";
import { functionsOfApp } from "../manifest/apps.ts";
import { buildFolders } from "./built.ts";
import { describeInside, installedPath } from "./installed.ts";

const isWindows = process.platform === "win32";
const inVenv = (name: string) =>
  installedPath("manifests", "venv", ...(isWindows ? ["Scripts", `${name}.exe`] : ["bin", name]));

/** Everything that a program said, nothing when it found nothing. */
function said(command: string, args: readonly string[], input?: string): string {
  try {
    execFileSync(command, args, { encoding: "utf8", ...(input === undefined ? {} : { input }) });
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}

const hadolint = (dockerfile: string): string => said(inVenv("hadolint"), ["--no-color", "-"], dockerfile);

function kubernetesValidate(documents: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "faasade-objects-"));
  try {
    const files = documents.map((document, at) => {
      const file = join(folder, `${at}.yaml`);
      writeFileSync(file, document);
      return file;
    });
    const how = ["-m", "kubernetes_validate", "--strict", "--quiet", "-k", kubernetesVersion];
    return said(inVenv("python"), [...how, ...files]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of Kubernetes itself: the tool knows no custom resources. */
const isBuiltIn = (document: string): boolean =>
  !/(knative\.dev|gateway\.networking\.k8s\.io)\//.test(
    (parse(document) as { apiVersion: string }).apiVersion,
  );

describeInside("what others say", ["manifests"], () => {
  it.each([
    ["aws-lambda", "image"],
    ["google-cloud", "cloud-run"],
    ["knative", "image"],
    ["kubernetes", "image"],
    ["node", "container"],
  ])(
    "hadolint finds nothing in the Dockerfile for %s",
    async (target, packaging) => {
      const built = await buildFolders("hello", target, packaging);
      try {
        expect(hadolint(await built.manifest(join("hello", "Dockerfile")))).toBe("");
      } finally {
        await built.remove();
      }
    },
    120_000,
  );

  it.each([kubernetes, knative].map((platform) => [platform.title, platform] as const))(
    "kubernetes-validate finds nothing in the objects for %s",
    async (_, platform) => {
      const app = platform === kubernetes ? "hello" : "image-conversion";
      const functions = await functionsOfApp(app);
      const files = (["app", "function"] as const).flatMap((unit) => {
        const written = platform.manifest(deploymentOn(platform, app, functions, { unit }));
        return render(written) ?? documentsOf(written);
      });
      const own = files.filter(isBuiltIn);
      expect(own.length).toBeGreaterThan(5);
      expect(kubernetesValidate(own)).toBe("");
    },
    120_000,
  );

  it("would be heard", () => {
    expect(hadolint("FROM node\nRUN cd /x && sudo true\n")).toMatch(/DL3006[\s\S]*DL3004/);
    const broken = JSON.stringify({ apiVersion: "v1", kind: "Service", metadata: { name: "a" }, spek: {} });
    expect(kubernetesValidate([broken])).toContain("spek");
  });
});
