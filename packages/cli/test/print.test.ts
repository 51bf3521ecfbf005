// Without any place, tool or credentials: what is only printed is printed everywhere, and what would run ends at once.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Fixture, makeFixture } from "./fixture.ts";
import { within } from "./within.ts";

/** By platform: what a deployment and a destruction print, and what is said where they would run. */
const platforms = {
  "aws-lambda": {
    deploy: ["--region <region>", "s3://faasade-<account>-<region>/hats-demo/"],
    destroy: ["aws cloudformation delete-stack --stack-name hats-demo --region <region>"],
    destroyData: "aws s3 rb s3://{} --force",
    lacks: "Cannot ask AWS whose credentials these are",
  },
  "azure-functions": {
    deploy: ["az group create --name hats-demo", "func azure functionapp publish"],
    destroy: ["az resource delete --ids '{}'"],
    destroyData: "az group delete --name hats-demo --yes",
    lacks: "the Azure CLI is not installed",
  },
  "google-cloud": {
    deploy: ["export PROJECT_ID='<project>'", "'--project=<project>'"],
    destroy: ["| xargs -I{} gcloud run services delete '{}'"],
    destroyData: "gcloud storage rm --recursive 'gs://{}'",
    lacks: "no project is chosen",
  },
  knative: {
    deploy: ["'--context=<context>' apply", "<registry>/hats:"],
    destroy: ["api-resources", "secrets", "--selector=faasade-deployment=hats-demo"],
    destroyData: "delete namespace/hats-demo",
    lacks: "kubectl is not installed",
  },
  kubernetes: {
    deploy: ["'--context=<context>' apply", "<registry>/hats:"],
    destroy: ["api-resources", "secrets", "--selector=faasade-deployment=hats-demo"],
    destroyData: "delete namespace/hats-demo",
    lacks: "kubectl is not installed",
  },
} as const;

let place: Fixture;
beforeAll(() => {
  place = makeFixture();
  place.write("apps/hats/package.json", JSON.stringify({ name: "@faasade/app-hats", type: "module" }));
  place.write("apps/hats/src/functions/sell.ts", sell);
  place.write("package-lock.json", JSON.stringify({ packages: {} }));
  mkdirSync(join(place.root, "nothing"));
});
afterAll(() => place.dispose());

/** As on a machine with nothing but Node: no tools, no configuration, no credentials. */
function run(...args: string[]): ReturnType<typeof within> {
  const bare = Object.keys(process.env).filter((name) => /^(AWS|AZURE|GOOGLE|CLOUDSDK|KUBE)/.test(name));
  const nothing = join(place.root, "nothing");
  return within(place, args, {
    ...Object.fromEntries(bare.map((name) => [name, ""])),
    ...{ PATH: nothing, HOME: nothing, USERPROFILE: nothing, KUBECONFIG: join(nothing, "none") },
    AWS_EC2_METADATA_DISABLED: "true",
  });
}

describe.each(Object.entries(platforms))("%s, without a place", (platform, expected) => {
  const where = ["hats", "--target", platform, "--stage", "demo"];

  it("prints a deployment, with names for what is not known", async () => {
    const { code, stdout, stderr } = await run("deploy", ...where, "--print");
    expect(stderr).toContain("they are those of a first deployment");
    for (const one of expected.deploy) expect(stdout).toContain(one);
    expect(code).toBe(0);
  });

  it("prints a destruction, which spares data unless that goes too", async () => {
    const kept = await run("destroy", ...where, "--print");
    for (const one of expected.destroy) expect(kept.stdout).toContain(one);
    expect(kept.stdout).not.toContain(expected.destroyData);
    expect(kept).toMatchObject({ code: 0 });
    const all = await run("destroy", ...where, "--print", "--delete-data");
    expect(all.stdout).toContain(expected.destroyData);
    expect(all).toMatchObject({ code: 0 });
  });

  it.each(["deploy", "destroy"])("ends %s with 1 before anything is built", async (command) => {
    const { code, stderr } = await run(command, ...where, "--yes");
    expect(stderr).toContain(expected.lacks);
    expect(stderr).not.toMatch(/… (?!asking)/);
    expect(code).toBe(1);
  });
});

it("plans without a place, and says that nothing was compared", async () => {
  const { code, stdout } = await run("plan", "hats", "--target", "google-cloud", "--stage", "demo");
  expect(stdout).toContain("Not compared with what stands: ");
  for (const one of platforms["google-cloud"].deploy) expect(stdout).toContain(one);
  expect(code).toBe(0);
});

const sell = `import { defineFunction, http, text } from "@faasade/core";
export default defineFunction({ name: "sell", trigger: http("GET /", { auth: "public" }), handle: () => text("1") });
`;
