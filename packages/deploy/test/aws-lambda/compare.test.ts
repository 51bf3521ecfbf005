import { describe, expect, it } from "vitest";
import { compareTemplates } from "../../src/aws-lambda/compare.ts";
import { chooseParameters } from "../../src/aws-lambda/parameters.ts";
import type { AwsStanding } from "../../src/aws-lambda/standing.ts";
import type { Template } from "../../src/aws-lambda/template.ts";

const id = { app: "shop", stage: "demo", platform: "aws-lambda", name: "shop-demo" };

/** A function and the bucket that it reads, unless one is given. */
function template({ code = "a.zip", packageType = "Zip", hasBucket = true } = {}): Template {
  const bucket = {
    Type: "AWS::S3::Bucket",
    DeletionPolicy: "Retain",
    Condition: "CreatePhotosBucket",
    Properties: { BucketName: { "Fn::Sub": `shop-demo-photos-\${AWS::AccountId}` } },
  };
  const sell = {
    Type: "AWS::Serverless::Function",
    Properties: { CodeUri: code, PackageType: packageType, MemorySize: { Ref: "MemoryMegabytes" } },
  };
  return {
    Metadata: { Faasade: {} },
    Parameters: {
      MemoryMegabytes: { Type: "Number", Description: "Memory of each function, in MB.", Default: 1024 },
      PhotosBucketName: {
        Type: "String",
        Description: "An S3 bucket to use for photos; empty: one is created.",
        Default: "",
      },
      LedgerUrl: { Type: "String", Description: "LEDGER_URL: where the sql ledger is.", NoEcho: true },
    },
    Conditions: { CreatePhotosBucket: { "Fn::Equals": [{ Ref: "PhotosBucketName" }, ""] } },
    Resources: { SellFunction: sell, ...(hasBucket ? { PhotosBucket: bucket } : {}) },
  } as Template;
}

function standing(of: Template, more: object = {}): AwsStanding {
  const Parameters = [
    { ParameterKey: "MemoryMegabytes", ParameterValue: "1024" },
    { ParameterKey: "PhotosBucketName", ParameterValue: "" },
    { ParameterKey: "LedgerUrl", ParameterValue: "****" },
  ];
  const resources = [
    { logicalId: "SellFunction", physicalId: "shop-demo-sell", type: "AWS::Lambda::Function" },
    { logicalId: "PhotosBucket", physicalId: "shop-demo-photos-123456789012", type: "AWS::S3::Bucket" },
  ];
  const stack = {
    StackName: "shop-demo",
    Parameters,
    CreationTime: new Date(),
    StackStatus: "CREATE_COMPLETE" as const,
  };
  return { state: "ready", resources: [], stack: { stack, template: of, resources, missing: [], ...more } };
}

function compared(
  now: Template,
  before: AwsStanding,
  values: Record<string, string> = {},
  stackName = "shop-demo",
): string[] {
  const { parameters } = chooseParameters({ id, values }, now, before, {});
  return compareTemplates({ template: now, parameters, packaging: "zip", stackName }, before).map(
    ({ what, name, detail }) => [what, name, ...(detail === undefined ? [] : [detail])].join(" "),
  );
}

const absent: AwsStanding = { state: "absent", resources: [] };

describe("a deployment compared with its stack", () => {
  it("creates everything where nothing stands", () => {
    expect(compared(template(), absent)).toEqual(["create SellFunction", "create PhotosBucket"]);
  });

  it("leaves alone what is the same, and names the property that is not", () => {
    expect(compared(template(), standing(template()))).toEqual([
      "unchanged shop-demo-sell",
      "unchanged shop-demo-photos-123456789012",
    ]);
    expect(compared(template({ code: "b.zip" }), standing(template()))[0]).toBe(
      "change shop-demo-sell CodeUri",
    );
  });

  it("changes what a parameter is for, when it has another value", () => {
    const before = standing(template());
    expect(compared(template(), before, { MemoryMegabytes: "1024" })[0]).toBe("unchanged shop-demo-sell");
    expect(compared(template(), before, { MemoryMegabytes: "2048" })[0]).toBe(
      "change shop-demo-sell parameter MemoryMegabytes",
    );
  });

  it("makes no bucket where one is given, or where an earlier stack left one", () => {
    expect(compared(template(), absent, { PhotosBucketName: "mine" })).toEqual(["create SellFunction"]);
    const keptBuckets = ["shop-demo-photos-large-123456789012", "shop-demo-photos-123456789012"];
    const kept = { ...absent, keptBuckets };
    expect(compared(template(), kept)).toEqual(["create SellFunction"]);
    const { parameters } = chooseParameters({ id, values: {} }, template(), kept, {});
    expect(parameters.find(({ key }) => key === "PhotosBucketName")?.value).toBe(
      "shop-demo-photos-123456789012",
    );
  });

  it("leaves a bucket behind that is no longer in the template, with its data", () => {
    expect(compared(template({ hasBucket: false }), standing(template()))).toContain(
      "orphan shop-demo-photos-123456789012 kept, with its data, and in no stack",
    );
  });

  it("does not make an image of a zip under one name", () => {
    expect(compared(template({ packageType: "Image" }), standing(template()))[0]).toMatch(
      /^orphan shop-demo-sell AWS does not/,
    );
  });

  it("leaves the other stack behind when web functions would stand in place of event functions", () => {
    const changes = compared(template(), standing(template()), {}, "shop-demo-web");
    expect(changes).toContain("orphan shop-demo-sell in the stack shop-demo");
    expect(changes).toContain("create SellFunction");
  });

  it("makes again what was removed by hand", () => {
    expect(compared(template(), standing(template(), { missing: ["SellFunction"] }))[0]).toBe(
      "create shop-demo-sell was removed by hand",
    );
  });
});

describe("parameters", () => {
  it("are given by the variable that they fill in, or by their own name", () => {
    const given = (values: Record<string, string>) =>
      chooseParameters({ id, values }, template(), absent, {}).parameters.find(
        ({ key }) => key === "LedgerUrl",
      )?.value;
    expect(given({ LEDGER_URL: "postgres://one" })).toBe("postgres://one");
    expect(given({ LedgerUrl: "postgres://two" })).toBe("postgres://two");
  });

  it("without a default have to be given once", () => {
    const missing = (of: AwsStanding) =>
      chooseParameters({ id, values: {} }, template(), of, {}).missing.map(({ name }) => name);
    expect(missing(absent)).toEqual(["LEDGER_URL"]);
    expect(missing(standing(template()))).toEqual([]);
  });

  it("that are secret count as changed whenever they are given, since nobody tells what they were", () => {
    const values = { LEDGER_URL: "****" };
    const { parameters } = chooseParameters({ id, values }, template(), standing(template()), {});
    expect(parameters.find(({ key }) => key === "LedgerUrl")).toMatchObject({
      isSecret: true,
      isChanged: true,
    });
  });

  it("of which nothing is known are refused, with those that there are", () => {
    expect(() => chooseParameters({ id, values: { LEDGR_URL: "x" } }, template(), absent, {})).toThrow(
      "There are: LEDGER_URL, MemoryMegabytes, PhotosBucketName.",
    );
  });
});
