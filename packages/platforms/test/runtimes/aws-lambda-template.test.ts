// Needs apps/hello and apps/image-conversion.
import { afterAll, beforeAll, expect, it } from "vitest";
import { buildZips } from "./built.ts";
import { describeInside } from "./installed.ts";
import { type Moto, startMoto } from "./moto.ts";
import { type CloudFormationTemplate, lintTemplate } from "./sam-template.ts";

/** What moto keeps no record of; of these a template's translation is all that is looked at. */
const unknownToMoto = ["AWS::ApiGatewayV2::", "AWS::Lambda::EventInvokeConfig", "AWS::Scheduler::", "Policy"];

/** Of the template, in what it becomes: how many of each type. */
const wanted: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "hello function": { "AWS::Lambda::Function": 2, "AWS::Scheduler::Schedule": 1, "AWS::SQS::Queue": 1 },
  "hello app": { "AWS::Lambda::Function": 1, "AWS::Scheduler::Schedule": 1, "AWS::SQS::Queue": 1 },
  "image-conversion function": { "AWS::Lambda::Function": 9, "AWS::S3::Bucket": 2, "AWS::Events::Rule": 2 },
  "image-conversion app": { "AWS::Lambda::Function": 1, "AWS::S3::Bucket": 2, "AWS::Events::Rule": 2 },
};

describeInside("the template of an app", ["python"], () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
    const location = "<LocationConstraint>eu-central-1</LocationConstraint>";
    const body = `<CreateBucketConfiguration>${location}</CreateBucketConfiguration>`;
    await moto.request("s3", "/artefacts", { method: "PUT", body });
    await moto.request("s3", "/artefacts/code.zip", { method: "PUT", body: emptyZip });
  });
  afterAll(() => moto.stop("SIGKILL"));

  it.each(Object.keys(wanted))(
    "%s is found in order, as it is and as what it becomes, and becomes a stack",
    async (title) => {
      const [app = "", unit] = title.split(" ");
      const built = await buildZips(app, "aws-lambda", unit as "function" | "app");
      const text = await built.manifest("template.yaml");
      await built.remove();
      const { findings, translationFindings, translation } = await lintTemplate(
        text.replace(/CodeUri: \S+\.zip/g, "CodeUri: s3://artefacts/code.zip"),
      );
      expect([...findings, ...translationFindings]).toEqual([]);
      expect(countTypes(translation)).toMatchObject(wanted[title] ?? {});
      const resources = await moto.createStack(title.replace(" ", "-"), translation);
      expect(resources.filter(({ status }) => status !== "CREATE_COMPLETE")).toEqual([]);
      const created = new Set(resources.map(({ logicalId }) => logicalId));
      const missing = Object.entries(translation.Resources).filter(
        ([id, { Type }]) => !created.has(id) && !unknownToMoto.some((known) => Type.includes(known)),
      );
      expect(missing.map(([id]) => id)).toEqual([]);
    },
    180_000,
  );
});

function countTypes({ Resources }: CloudFormationTemplate): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { Type } of Object.values(Resources)) counts[Type] = (counts[Type] ?? 0) + 1;
  return counts;
}

/** The end record of a zip, which is all that an empty one has. */
const emptyZip = new Uint8Array(22);
emptyZip.set([0x50, 0x4b, 0x05, 0x06]);
