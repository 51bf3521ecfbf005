import { describe, expect, it } from "vitest";
import { platform } from "../../src/aws-lambda/platform.ts";
import { deploymentOf } from "./apps.ts";
import { everyTrigger, describe as fn, grant, route } from "./every-trigger.ts";
import { notesOf, propertiesOf, resourcesOf, templateOf, variablesOf } from "./read-template.ts";

const shop = templateOf(deploymentOf("shop", everyTrigger, { packaging: "web", unit: "app" }));
const each = templateOf(deploymentOf("shop", everyTrigger, { packaging: "web" }));

describe("a web function", () => {
  it("runs the http functions of the app, and has no API in front", () => {
    expect(resourcesOf(shop, "AWS::Lambda::WebFunction").map(([id]) => id)).toEqual(["ShopFunction"]);
    expect(resourcesOf(each, "AWS::Lambda::WebFunction").map(([id]) => id)).toEqual([
      "OrdersFunction",
      "CancelOrderFunction",
    ]);
    for (const { Type } of Object.values(shop.Resources)) expect(Type).not.toMatch(/ApiGateway|Permission/);
  });

  it("takes its code from the operator's bucket, at a place that is another for each build", () => {
    expect(propertiesOf(shop, "ShopFunctionRevision")["BuildConfig"]).toEqual({
      CodeConfig: {
        S3Object: { Bucket: { Ref: "CodeBucket" }, Key: { "Fn::Sub": `\${CodePrefix}/shop.zip` } },
      },
      RuntimeConfig: { Runtime: "nodejs24.x" },
    });
    for (const name of ["CodeBucket", "CodePrefix"])
      expect(shop.Parameters[name]).not.toHaveProperty("Default");
  });

  it("gives a request a second more than the function does, within what Lambda allows", () => {
    const timeout = (timeoutSeconds: number) => {
      const trigger = { kind: "http", routes: [route("GET", "/")] } as const;
      const one = fn({ name: "one", trigger, timeoutSeconds });
      const template = templateOf(deploymentOf("shop", [one], { packaging: "web", unit: "app" }));
      const { ServiceConfig } = propertiesOf(template, "ShopFunctionRevision");
      return (ServiceConfig as { TimeoutSeconds: number }).TimeoutSeconds;
    };
    expect([0.5, 45, 44.5, 900].map(timeout)).toEqual([3, 46, 46, 900]);
  });

  it("may write both its log groups, and keeps both as long as is asked", () => {
    const groups = resourcesOf(shop, "AWS::Logs::LogGroup").map(([, { Properties }]) => Properties);
    expect(groups).toMatchObject([
      { LogGroupName: "/aws/lambda/web/shop-test", RetentionInDays: { Ref: "LogRetentionDays" } },
      { LogGroupName: "/aws/lambda/web/shop-test.local", RetentionInDays: { Ref: "LogRetentionDays" } },
    ]);
    expect(JSON.stringify(propertiesOf(shop, "ShopFunctionRole"))).toContain(
      '{"Fn::GetAtt":["ShopFunctionLogs","Arn"]},{"Fn::GetAtt":["ShopFunctionLocalLogs","Arn"]}',
    );
  });

  it("tells the URL of each endpoint, and the function its own only once somebody knows it", () => {
    expect(shop.Outputs).toMatchObject({
      Url: { Value: { "Fn::Sub": `https://\${ShopFunctionEndpoint.DomainName}` } },
      IamUrl: { Value: { "Fn::Sub": `https://\${ShopFunctionIamEndpoint.DomainName}` } },
    });
    expect(Object.keys(each.Outputs)).toEqual(
      expect.arrayContaining(["OrdersUrl", "OrdersIamUrl", "CancelOrderIamUrl"]),
    );
    expect(each.Outputs).not.toHaveProperty("CancelOrderUrl");
    expect(variablesOf(shop, "ShopFunction")["PUBLIC_URL"]).toEqual({
      "Fn::If": ["HasPublicUrl", { Ref: "PublicUrl" }, { Ref: "AWS::NoValue" }],
    });
  });

  it("calls functions by the ARN that the operator gives, for they are in another stack", () => {
    const caller = fn({
      name: "ask",
      trigger: { kind: "http", routes: [route("GET", "/")] },
      grants: [grant("function", "price", "call")],
    });
    const template = templateOf(deploymentOf("shop", [caller, ...everyTrigger], { packaging: "web" }));
    expect(variablesOf(template, "AskFunction")["PRICE_URL"]).toEqual({ Ref: "PriceFunctionArn" });
    expect(template.Parameters["PriceFunctionArn"]).not.toHaveProperty("Default");
  });

  it("is not told of the limits of an HTTP API, which it has not", () => {
    expect(notesOf(shop, "orders")).toEqual([]);
  });

  it("notes native packages for another processor, and functions without a common domain", () => {
    const deployment = deploymentOf("shop", everyTrigger, { packaging: "web" });
    const { Notes } = templateOf({ ...deployment, system: { ...deployment.system, cpu: "x64" } }).Metadata
      .Faasade;
    expect(Notes).toEqual([expect.stringContaining("arm64 only"), expect.stringContaining("one unit")]);
    expect(shop.Metadata.Faasade.Notes).toEqual([]);
  });

  it("refuses a method that Lambda does not hand over, and more time than it gives", () => {
    const one = fn({ name: "one", trigger: { kind: "http", routes: [route("PURGE", "/cache")] } });
    const refusing = (functions: (typeof one)[]) => () =>
      platform.manifest(deploymentOf("shop", functions, { packaging: "web" }));
    expect(refusing([one])).toThrow(/deploy one to AWS Lambda: PURGE \/cache .*Use one of: GET, HEAD/);
    const slow = fn({
      name: "slow",
      trigger: { kind: "http", routes: [route("GET", "/")] },
      timeoutSeconds: 901,
    });
    expect(refusing([slow])).toThrow(/slow .*901 s.*900 s/);
  });
});
