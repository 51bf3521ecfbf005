import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside } from "./installed.ts";
import { type Moto, startMoto } from "./moto.ts";
import { lintTemplate } from "./sam-template.ts";

const patienceMilliseconds = 120_000;

const bucketAndFunction = (bucketName: string, policies: string, runtime = "nodejs24.x") => `
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Photos:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: ${bucketName}
  Thumbnails:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: ${runtime}
      Handler: index.handler
      CodeUri: s3://artefacts/thumbnails.zip
      Policies: ${policies}
      Events:
        Uploaded:
          Type: S3
          Properties: { Bucket: !Ref Photos, Events: s3:ObjectCreated:* }
`;

const good = bucketAndFunction("photos-of-test", "[]");

describeInside("a SAM template", ["python"], () => {
  let moto: Moto;

  beforeAll(async () => {
    moto = await startMoto();
  });

  afterAll(() => moto.stop("SIGKILL"));

  it(
    "becomes a stack with each of its resources",
    async () => {
      const { translation } = await lintTemplate(good);
      const types = Object.values(translation.Resources).map(({ Type }) => Type);
      expect(types.sort()).toEqual([
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::Lambda::Permission",
        "AWS::S3::Bucket",
      ]);
      await moto.request("s3", "/artefacts", { method: "PUT", body: inRegion });
      await moto.request("s3", "/artefacts/thumbnails.zip", { method: "PUT", body: emptyZip });
      const resources = await moto.createStack("photos", translation);
      expect(resources.map(({ type, status }) => `${type} ${status}`).sort()).toEqual(
        types.map((type) => `${type} CREATE_COMPLETE`),
      );
      expect(resources.find(({ logicalId }) => logicalId === "Photos")?.physicalId).toBe("photos-of-test");
      expect((await moto.request("s3", "/photos-of-test", { method: "HEAD" })).status).toBe(200);
      expect((await moto.request("s3", "/other-photos", { method: "HEAD" })).status).toBe(404);
      const functions = await moto.request("lambda", "/2015-03-31/functions");
      expect(await functions.json()).toMatchObject({ Functions: [{ Handler: "index.handler" }] });
    },
    patienceMilliseconds,
  );

  it(
    "is found wrong in itself: a runtime that is no more",
    async () => {
      const { findings } = await lintTemplate(bucketAndFunction("photos-of-test", "[]", "nodejs16.x"));
      expect(findings).toContainEqual({
        rule: expect.stringMatching(/^[EW]2531$/),
        message: expect.stringContaining("nodejs16.x"),
        path: "Resources.Thumbnails.Properties.Runtime",
      });
    },
    patienceMilliseconds,
  );

  it("cannot have a property that there is not", async () => {
    await expect(lintTemplate(good.replace("Handler:", "Handlr:"))).rejects.toThrow("Handlr");
  });

  it(
    "is found wrong in what it becomes: a bucket and a function that wait for each other",
    async () => {
      const policies = "[S3ReadPolicy: { BucketName: !Ref Photos }]";
      const { findings, translationFindings } = await lintTemplate(
        bucketAndFunction("photos-of-test", policies),
      );
      expect(errors(findings)).toEqual([]);
      expect(errors(translationFindings)).toContain("E3004");
    },
    patienceMilliseconds,
  );
});

const inRegion =
  "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";

/** The end record of a zip, which is all that an empty one has. */
const emptyZip = new Uint8Array(22);
emptyZip.set([0x50, 0x4b, 0x05, 0x06]);

function errors(findings: readonly { readonly rule: string }[]): string[] {
  return findings.map(({ rule }) => rule).filter((rule) => rule.startsWith("E"));
}
