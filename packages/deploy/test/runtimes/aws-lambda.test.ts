// Needs apps/hello and apps/image-conversion.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { describeInside } from "../../../platforms/test/runtimes/installed.ts";
import { target } from "../../src/aws-lambda/target.ts";
import { planDeployment } from "../../src/plan.ts";
import { type AwsDouble, startAwsDouble } from "./aws-double.ts";
import { askLogs } from "./log-groups.ts";
import { StageOf } from "./stage-of.ts";
import type { Translation } from "./translation.ts";

const unshown = ["AWS::Lambda::Function", "AWS::IAM::Role"];

describeInside("a stage on AWS", ["python"], () => {
  let double: AwsDouble;
  let hello: StageOf;
  let pictures: StageOf;
  beforeAll(async () => {
    double = await startAwsDouble();
    Object.assign(process.env, double.environment);
    hello = await StageOf.of(double, { app: "hello" });
    pictures = await StageOf.of(double, {
      app: "image-conversion",
      only: ["serve-rendition", "remove-photo", "sign-url"],
    });
  }, 180_000);
  afterEach(() => double.reset());
  afterAll(async () => {
    await double?.stop();
    await hello?.dispose();
    await pictures?.dispose();
  });

  it("is deployed with every resource, each with the labels, and the second time unchanged", async () => {
    expect(await hello.run({ what: "deploy" })).toContain("deployed");
    const { state, ledger, resources, stack } = await hello.look();
    expect(state).toBe("ready");
    expect(ledger).toMatchObject({ app: "hello", stage: "demo", packaging: "zip", unit: "function" });
    expect(ledger?.url).toMatch(/^https:/);
    const types = stack?.resources.map(({ type }) => type) ?? [];
    const count = (type: string): number => types.filter((one) => one === type).length;
    expect(count("AWS::Lambda::Function")).toBe(2);
    expect(count("AWS::IAM::Role")).toBe(3);
    expect(count("AWS::Logs::LogGroup")).toBe(2);
    expect(count("AWS::SQS::Queue")).toBe(1);
    // moto gives a function of a stack no tags that its tagging API shows.
    expect(resources.map(({ type }) => type).filter((type) => !unshown.includes(type))).toEqual([
      "AWS::CloudFormation::Stack",
      "AWS::Logs::LogGroup",
      "AWS::Logs::LogGroup",
      "AWS::SQS::Queue",
      "code and templates",
    ]);
    for (const { physicalId } of stack?.resources.filter(({ type }) => type === "AWS::Lambda::Function") ??
      []) {
      const response = await double.moto.request("lambda", `/2015-03-31/functions/${physicalId}`);
      const { Configuration } = (await response.json()) as {
        Configuration: { CodeSha256: string };
      };
      const name = physicalId.replace("hello-demo-", "");
      const zip = await readFile(join(hello.build.folder, `${name}.zip`));
      expect(Configuration).toMatchObject({
        Runtime: "nodejs24.x",
        Handler: "index.handler",
      });
      expect(Configuration.CodeSha256).toBe(createHash("sha256").update(zip).digest("base64"));
    }
    const asked = double.cloudFormation.askedFor("hello-demo");
    const { Resources } = JSON.parse(asked?.get("TemplateBody") ?? "") as Translation;
    const tagged = Object.values(Resources).filter(({ Properties = {} }) => "Tags" in Properties);
    const functions = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
    // moto makes every function of a stack one for x86_64, whatever it is asked for.
    for (const { Properties } of functions) expect(Properties?.["Architectures"]).toEqual(["arm64"]);
    expect(tagged).toEqual(expect.arrayContaining(functions));
    for (const { Properties } of tagged) expect(JSON.stringify(Properties?.["Tags"])).toContain("hello-demo");
    double.changes.length = 0;
    expect(await hello.run({ what: "deploy" })).toContain("unchanged");
    expect(double.changes).toEqual([]);
  }, 120_000);

  it("changes only the function whose code changed, and sends only that", async () => {
    await hello.run({ what: "deploy" });
    const former = hello.build;
    const changed = await changedCopy(hello, "tick");
    try {
      hello.build = changed;
      const plan = await planDeployment({
        target,
        id: hello.id,
        build: changed,
        place: hello.place,
        values: {},
      });
      expect(plan.changes.filter(({ what }) => what !== "unchanged")).toMatchObject([
        { what: "change", name: "hello-demo-tick", detail: "CodeUri" },
      ]);
      double.changes.length = 0;
      expect(await hello.run({ what: "deploy" })).toContain("deployed");
      expect(
        double.changes.filter((call) => call.startsWith("s3 PUT") && call.endsWith(".zip")),
      ).toHaveLength(1);
      expect(await hello.run({ what: "deploy" })).toContain("unchanged");
    } finally {
      hello.build = former;
    }
  }, 120_000);

  it("makes again what somebody removed by hand, and asks CloudFormation to revert the drift", async () => {
    await hello.run({ what: "deploy" });
    await askLogs(double.moto, "DeleteLogGroup", { logGroupName: "/aws/lambda/hello-demo-tick" });
    const plan = await planDeployment({
      target,
      id: hello.id,
      build: hello.build,
      place: hello.place,
      values: {},
    });
    expect(plan.changes.filter(({ what }) => what !== "unchanged")).toMatchObject([
      { what: "create", name: "/aws/lambda/hello-demo-tick", detail: "was removed by hand" },
    ]);
    expect(plan.steps.find(({ name }) => name === "create-change-set")?.command).toContain(
      "--deployment-mode REVERT_DRIFT",
    );
    expect(await hello.run({ what: "deploy" })).toContain("deployed");
    expect((await hello.look()).stack?.missing).toEqual([]);
    expect(await hello.run({ what: "deploy" })).toContain("unchanged");
  }, 120_000);

  it("is destroyed but for its stores, deployed again onto them, and destroyed with them", async () => {
    await pictures.run({ what: "deploy" });
    const bucket = "image-conversion-demo-photos-123456789012";
    await double.moto.request("s3", `/${bucket}/cat.jpg`, { method: "PUT", body: "a cat" });
    expect(await pictures.run({ what: "destroy" })).toContain("asked by tag: 2 left");
    expect((await pictures.look()).resources.map(({ id }) => id)).toEqual([
      `arn:aws:s3:::${bucket}`,
      "arn:aws:s3:::image-conversion-demo-renditions-123456789012",
    ]);
    expect(await pictures.run({ what: "deploy" })).toContain("deployed");
    expect(await pictures.objects(bucket)).toEqual(["cat.jpg"]);
    const environment = await environmentOf("image-conversion-demo-remove-photo");
    expect(environment["PHOTOS_URL"]).toContain(bucket);
    expect(await pictures.run({ what: "deploy" })).toContain("unchanged");
    expect(await pictures.run({ what: "destroy", deleteData: true })).toContain("asked by tag: 0 left");
    expect(await pictures.state()).toMatchObject({
      state: "absent",
      tagged: [],
      objects: [],
      remembered: [],
    });
  }, 180_000);

  async function environmentOf(name: string): Promise<Record<string, string>> {
    const response = await double.moto.request("lambda", `/2015-03-31/functions/${name}`);
    const { Configuration } = (await response.json()) as {
      Configuration: { Environment: { Variables: Record<string, string> } };
    };
    return Configuration.Environment.Variables;
  }
});

/** The same build with other bytes in one zip: what a changed line of code comes to. */
async function changedCopy(stage: StageOf, name: string): Promise<StageOf["build"]> {
  const { cp } = await import("node:fs/promises");
  const folder = `${stage.build.folder}-changed`;
  await cp(stage.build.folder, folder, { recursive: true });
  const path = join(folder, `${name}.zip`);
  const { unzipSync, zipSync } = await import("fflate");
  const files = unzipSync(await readFile(path));
  files["changed.txt"] = new TextEncoder().encode("changed");
  await writeFile(path, zipSync(files));
  return { ...stage.build, folder };
}
