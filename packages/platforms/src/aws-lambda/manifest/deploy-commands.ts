// The commands that deploy what was built to AWS, a line each.
import type { BuiltArtefact, Platform } from "../../shared/platform.ts";
import { imageName, pushCommands } from "../../shared/push.ts";
import { entryName } from "./names.ts";

export const deployCommands: Platform["next"] = (deployment) => {
  const { app, stage, packaging, artefacts } = deployment;
  if (packaging === "web")
    return `aws cloudformation deploy --template-file template.yaml --stack-name ${app}-${stage}-web --capabilities CAPABILITY_IAM --parameter-overrides CodeBucket=<bucket> CodePrefix=<where the zips are>`;
  const deploy = `sam deploy --template-file template.yaml --stack-name ${app}-${stage} --resolve-s3 --capabilities CAPABILITY_IAM`;
  if (packaging !== "image") return deploy;
  const registry = "<account>.dkr.ecr.<region>.amazonaws.com";
  const placeOf = (artefact: BuiltArtefact): string => `${registry}/${imageName(app, artefact)}:${stage}`;
  const isWhole = artefacts.every(({ name, path }) => path !== name);
  const images = artefacts.map((artefact) => `${entryName(artefact.name, "ImageUri")}=${placeOf(artefact)}`);
  return [
    `aws ecr get-login-password | ${isWhole ? "skopeo" : "docker"} login --username AWS --password-stdin ${registry}`,
    ...artefacts.map((artefact) => `aws ecr create-repository --repository-name ${imageName(app, artefact)}`),
    ...pushCommands(deployment, placeOf),
    `${deploy} --parameter-overrides ${images.join(" ")}`,
  ].join("\n");
};
