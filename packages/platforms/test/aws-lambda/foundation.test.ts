// infra/aws: what the deployer may do to roles, and that templates make theirs where it may.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { Template } from "../../src/aws-lambda/manifest/template.ts";

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

const text = readFileSync(join(import.meta.dirname, "../../../../infra/aws/template.yaml"), "utf8");
const { Resources } = parse(text, { logLevel: "silent" });
const statements: readonly Statement[] = Resources.Deployer.Properties.Policies[0].PolicyDocument.Statement;
const allowed = statements.flatMap(({ Effect, Action, Resource, Condition }) =>
  Effect === "Allow" ? [Action].flat().map((action) => ({ action, Resource, Condition })) : [],
);

describe("the deployer", () => {
  it("has no hand on a role outside the path of the templates' own", () => {
    const onRoles = allowed.filter(({ action }) => action.startsWith("iam:"));
    expect(onRoles.map(({ action }) => action)).toContain("iam:UpdateAssumeRolePolicy");
    for (const { action, Resource } of onRoles)
      expect(String(Resource), action).toMatch(/:role\/faasade\/\*$/);
  });

  it("grants roles their rights within the boundary, and passes them on to what templates hold", () => {
    const conditionOf = (wanted: string) => allowed.find(({ action }) => action === wanted)?.Condition;
    for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"])
      expect(conditionOf(action), action).toHaveProperty(
        ["StringEquals", "iam:PermissionsBoundary"],
        "Boundary",
      );
    expect(conditionOf("iam:PassRole")).toHaveProperty(["StringEquals", "iam:PassedToService"]);
  });

  it("takes away the secrets that it makes", () => {
    const actions = allowed.map(({ action }) => action);
    expect(actions).toEqual(
      expect.arrayContaining(["secretsmanager:CreateSecret", "secretsmanager:DeleteSecret"]),
    );
  });
});

describe("a template", () => {
  it("makes every role below that path", () => {
    const labels = { "faasade-app": "shop", "faasade-stage": "demo", "faasade-deployment": "shop-demo" };
    const template = new Template(labels);
    template.resource("SellRole", "AWS::IAM::Role", {});
    const value = template.toValue("", {}) as { Resources: Record<string, { Properties: object }> };
    expect(value.Resources["SellRole"]?.Properties).toMatchObject({ Path: "/faasade/" });
  });
});
