// Images: pushed to a repository of the stage's own, under a tag that is the build's.
import { join } from "node:path";
import { toVariable } from "@faasade/core/adapter";
import { commandLine, runTool } from "../shared/tool.ts";
import type { Step, Wanted } from "../target.ts";
import { knownErrors } from "./errors.ts";
import type { Gcloud } from "./gcloud.ts";
import { labelsOf } from "./kinds.ts";

/** By the variable of the script: where each image is. Empty for packagings that Google builds itself. */
export function imagesOf({ build, id, ledger }: Wanted, gcloud: Gcloud): Readonly<Record<string, string>> {
  if (build.packaging !== "cloud-run") return {};
  const { project, region } = gcloud;
  return Object.fromEntries(
    build.artefacts.map(({ name }) => [
      `${toVariable(name)}_IMAGE`,
      `${region}-docker.pkg.dev/${project}/${id.name}/${name}:${ledger.build.slice(0, 16)}`,
    ]),
  );
}

export function imageSteps(wanted: Wanted, gcloud: Gcloud): Step[] {
  const images = imagesOf(wanted, gcloud);
  if (Object.keys(images).length === 0) return [];
  return [
    repositoryStep(wanted, gcloud),
    ...wanted.build.artefacts.map((artefact) => {
      const image = images[`${toVariable(artefact.name)}_IMAGE`] ?? "";
      const path = join(wanted.build.folder, artefact.path);
      const [command, args] =
        artefact.image?.digest === undefined
          ? ["docker", buildArgs(wanted, image, path)]
          : ["skopeo", ["copy", `oci:${path}`, `docker://${image}`]];
      return {
        name: `push-${artefact.name}`,
        command: commandLine(command as string, args as string[]),
        async run(report: (line: string) => void) {
          await runTool(command as string, args as string[], { to: `push ${image}`, report }, knownErrors);
          return `pushed ${image}`;
        },
      };
    }),
  ];
}

function buildArgs({ build }: Wanted, image: string, path: string): string[] {
  const cpu = build.system.cpu === "arm64" ? "arm64" : "amd64";
  return [
    "buildx",
    "build",
    `--platform=linux/${cpu}`,
    "--provenance=false",
    "--push",
    `--tag=${image}`,
    path,
  ];
}

function repositoryStep({ id }: Wanted, gcloud: Gcloud): Step {
  const where = [id.name, `--location=${gcloud.region}`];
  const describe = ["artifacts", "repositories", "describe", ...where];
  const create = [
    ...["artifacts", "repositories", "create", ...where],
    ...["--repository-format=docker", `--labels=${labelsOf(id)}`],
  ];
  return {
    name: "repository",
    command: `${gcloud.line(["services", "enable", "artifactregistry.googleapis.com"])}\n${gcloud.line(describe)} > /dev/null 2>&1 || ${gcloud.line(create)}`,
    async run(report) {
      const to = "make the repository of the images";
      await gcloud.run(["services", "enable", "artifactregistry.googleapis.com"], { to });
      if ((await gcloud.attempt(describe, { to })).ok) return undefined;
      await gcloud.run(create, { to, report });
      return `made ${id.name}`;
    },
  };
}
