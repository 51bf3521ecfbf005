import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import type { Account } from "../../src/aws-lambda/aws.ts";
import { imagesOf, runLine } from "../../src/aws-lambda/images.ts";
import type { Wanted } from "../../src/target.ts";

const registry = "<account>.dkr.ecr.<region>.amazonaws.com";
/** As the platform writes them. */
const next = [
  `aws ecr get-login-password | docker login --username AWS --password-stdin ${registry}`,
  "aws ecr create-repository --repository-name shop",
  `docker buildx build --platform linux/arm64 --provenance=false --push --tag ${registry}/shop:demo shop`,
  `sam deploy --stack-name shop-demo --parameter-overrides ShopImageUri=${registry}/shop:demo`,
].join("\n");
const wanted = {
  id: { app: "shop", stage: "demo", platform: "aws-lambda", name: "shop-demo" },
  build: { packaging: "image", next, folder: tmpdir() },
  ledger: { build: "0123456789abcdef0123" },
} as unknown as Wanted;
const account = {
  account: "123456789012",
  region: "eu-central-1",
  suffix: " --region eu-central-1",
} as Account;
const there = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";

describe("images", () => {
  it("go to a repository of the stage's own, with its labels, under a tag that is the build's", () => {
    const { steps, parameters } = imagesOf(wanted, account);
    expect(steps.map(({ command }) => command)).toEqual([
      `aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${there}`,
      "aws ecr describe-repositories --repository-names shop-demo/shop --region eu-central-1 || aws ecr create-repository --repository-name shop-demo/shop --tags Key=faasade-app,Value=shop Key=faasade-stage,Value=demo Key=faasade-deployment,Value=shop-demo --region eu-central-1",
      `cd ${tmpdir()} && docker buildx build --platform linux/arm64 --provenance=false --push --tag ${there}/shop-demo/shop:0123456789abcdef shop`,
    ]);
    expect(parameters).toEqual({ ShopImageUri: `${there}/shop-demo/shop:0123456789abcdef` });
  });

  it("are none of another packaging's concern", () => {
    const zip = { ...wanted, build: { ...wanted.build, packaging: "zip" } };
    expect(imagesOf(zip, account)).toEqual({ steps: [], parameters: {} });
  });

  it("that cannot be pushed are told of in the tool's words, with what would do", async () => {
    await expect(runLine("exit 0", tmpdir())).resolves.toBe("done");
    const refused = `node -e "console.error('denied: The image manifest is not supported: image pull');process.exit(1)"`;
    await expect(runLine(refused, tmpdir())).rejects.toThrow(/Cannot run node .*image cannot be pulled/);
  });
});
