import { describe, expect, it } from "vitest";
import { deploymentOf } from "./apps.ts";
import { everyTrigger, describe as fn, route } from "./every-trigger.ts";
import { notesOf, propertiesOf, resourcesOf, templateOf, variablesOf } from "./read-template.ts";

const shop = templateOf(deploymentOf("shop", everyTrigger));
const shopAsOne = templateOf(deploymentOf("shop", everyTrigger, { unit: "app" }));

describe("a function", () => {
  it("is a zip with the platform's handler, or an image by a URI that the operator gives", () => {
    expect(propertiesOf(shop, "WorkFunction")).toMatchObject({
      PackageType: "Zip",
      CodeUri: "work.zip",
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Timeout: 21,
    });
    const image = templateOf(deploymentOf("shop", everyTrigger, { packaging: "image" }));
    const properties = propertiesOf(image, "WorkFunction");
    expect(properties).toMatchObject({
      PackageType: "Image",
      ImageUri: { Ref: "WorkImageUri" },
      ImageConfig: { Command: ["index.handler"] },
    });
    for (const left of ["Runtime", "Handler", "CodeUri"]) expect(properties).not.toHaveProperty(left);
    expect(image.Parameters["WorkImageUri"]).not.toHaveProperty("Default");
  });

  it("gets as much time as the slowest of an app that is one unit", () => {
    expect(propertiesOf(shopAsOne, "ShopFunction")).toMatchObject({ Timeout: 900 });
  });

  it("is delivered an event as often as it says, up to three times, and the rest is told", () => {
    const retries = (id: string) =>
      (propertiesOf(shop, id)["EventInvokeConfig"] as Record<string, unknown>)["MaximumRetryAttempts"];
    expect(retries("ForgetFileFunction")).toBe(0);
    expect(retries("NightlyFunction")).toBe(1);
    expect(retries("ImportFileFunction")).toBe(2);
    expect(notesOf(shop, "import-file")).toEqual([expect.stringContaining("3 times")]);
    expect(notesOf(shop, "nightly")).toEqual([]);
    expect(notesOf(shopAsOne, "nightly")).toEqual([expect.stringContaining("3 times, not 2")]);
  });

  it("reads a secret by the name that the operator gives, and never has it in the template", () => {
    expect(variablesOf(shop, "OrdersFunction")["HOOK_SECRET"]).toEqual({
      "Fn::Sub": `{{resolve:secretsmanager:\${HookSecretSecret}}}`,
    });
    expect(shop.Parameters["HookSecretSecret"]).toMatchObject({ Default: "shop/test/HOOK_SECRET" });
  });

  it("is told of a setting only where the operator chose something, and wants those without a default", () => {
    const { PAGE_SIZE, ISSUER } = variablesOf(shop, "OrdersFunction");
    expect(PAGE_SIZE).toEqual({
      "Fn::If": ["HasPageSizeSetting", { Ref: "PageSizeSetting" }, { Ref: "AWS::NoValue" }],
    });
    expect(ISSUER).toEqual({ Ref: "IssuerSetting" });
    expect(shop.Parameters["IssuerSetting"]).not.toHaveProperty("Default");
  });

  it("hides the URL of what is not in AWS, for it may hold a password", () => {
    expect(shop.Parameters["LedgerUrl"]).toMatchObject({ NoEcho: true });
  });

  it("says that one role serves the whole app, where it does", () => {
    const { Metadata } = shopAsOne.Resources["ShopFunction"] as { Metadata: unknown };
    expect(Metadata).toMatchObject({ Faasade: { Grants: expect.stringContaining("union") } });
  });
});

describe("HTTP", () => {
  const routes = Object.fromEntries(
    resourcesOf(shop, "AWS::ApiGatewayV2::Route").map(([, { Properties }]) => [
      Properties["RouteKey"],
      [Properties["AuthorizationType"], (Properties["Target"] as { "Fn::Sub": string })["Fn::Sub"]],
    ]),
  );

  it("has a route for what functions declare, HEAD beside GET, and OPTIONS for preflights, which are never signed", () => {
    const orders = `integrations/\${OrdersFunctionIntegration}`;
    expect(routes).toEqual({
      "GET /orders/{id}": ["NONE", orders],
      "HEAD /orders/{id}": ["NONE", orders],
      "OPTIONS /orders/{id}": ["NONE", orders],
      "POST /orders": ["AWS_IAM", orders],
      "OPTIONS /orders": ["NONE", orders],
      "ANY /hooks/{rest+}": ["NONE", orders],
      "OPTIONS /hooks/{rest+}": ["NONE", orders],
      "DELETE /orders/{number}": ["AWS_IAM", `integrations/\${CancelOrderFunctionIntegration}`],
    });
  });

  it("keeps a route's entry when another is added before it, so that a deployment never claims a route twice", () => {
    const ids = (paths: string[]) => {
      const trigger = { kind: "http", routes: paths.map((path) => route("GET", path)) } as const;
      const template = templateOf(deploymentOf("shop", [fn({ name: "one", trigger })]));
      return resourcesOf(template, "AWS::ApiGatewayV2::Route").map(([id]) => id);
    };
    expect(ids(["/first", "/a-b", "/a/b"])).toEqual(expect.arrayContaining(ids(["/a/b"])));
  });

  it("signs HEAD where GET is signed", () => {
    const trigger = { kind: "http", routes: [route("GET", "/", { auth: "platform" })] } as const;
    const template = templateOf(deploymentOf("shop", [fn({ name: "one", trigger })]));
    const head = resourcesOf(template, "AWS::ApiGatewayV2::Route").find(
      ([, { Properties }]) => Properties["RouteKey"] === "HEAD /",
    );
    expect(head?.[1].Properties["AuthorizationType"]).toBe("AWS_IAM");
  });

  it("says what HTTP APIs do otherwise", () => {
    expect(notesOf(shop, "orders").join("\n")).toMatch(/10485760 bytes.*503 after 30 s/s);
    expect(notesOf(shop, "/orders/{id}")).toEqual([expect.stringContaining("preflights go to orders")]);
    expect(notesOf(shopAsOne, "/orders/{id}")).toEqual([]);
  });

  it("leaves CORS to the functions", () => {
    expect(propertiesOf(shop, "HttpApi")).not.toHaveProperty("CorsConfiguration");
  });

  it("is left out of an app without http functions", () => {
    const quiet = templateOf(deploymentOf("shop", everyTrigger.slice(2)));
    expect(JSON.stringify(quiet)).not.toMatch(/ApiGateway|PUBLIC_URL/);
  });
});
