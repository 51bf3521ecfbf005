// infra/aws: the template of what stands in an account before any app, as cfn-lint reads it, and as moto creates it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInside } from "./installed.ts";
import { type Moto, startMoto } from "./moto.ts";
import { lintTemplate } from "./sam-template.ts";

const text = readFileSync(join(import.meta.dirname, "../../../../infra/aws/template.yaml"), "utf8");
/** What moto keeps no record of. */
const unknownToMoto = ["AWS::Budgets::", "AWS::IAM::OIDCProvider"];

describeInside("the foundation of an account", ["python"], () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto.stop("SIGKILL"));

  it("is found in order, and becomes a bucket without public access, a boundary, and a deployer bound to one repository", async () => {
    const { findings, translationFindings, translation } = await lintTemplate(text);
    expect([...findings, ...translationFindings]).toEqual([]);
    const kept = Object.entries(translation.Resources).filter(
      ([, { Type }]) => !unknownToMoto.some((known) => Type.startsWith(known)),
    );
    await moto.query("cloudformation", "CreateStack", {
      StackName: "faasade-foundation",
      TemplateBody: JSON.stringify({ ...translation, Resources: Object.fromEntries(kept) }),
      "Capabilities.member.1": "CAPABILITY_NAMED_IAM",
      "Parameters.member.1.ParameterKey": "GitHubRepository",
      "Parameters.member.1.ParameterValue": "you/yours",
      "Parameters.member.2.ParameterKey": "ExistingOidcProvider",
      "Parameters.member.2.ParameterValue":
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    });
    // moto keeps no record of what of a bucket is public.
    const bucket = await moto.request("s3", "/faasade-123456789012-eu-central-1", { method: "HEAD" });
    expect(bucket.status).toBe(200);
    expect(translation.Resources["CodeBucket"]?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    const role = await moto.query("iam", "GetRole", { RoleName: "faasade-deployer-eu-central-1" });
    expect(decodeURIComponent(role)).toContain("repo:you/yours:environment:demo");
    const policy = await moto.query("iam", "GetRolePolicy", {
      RoleName: "faasade-deployer-eu-central-1",
      PolicyName: "deploy",
    });
    expect(decodeURIComponent(policy.replaceAll("+", " "))).toMatch(
      /['"]iam:PermissionsBoundary['"]: ['"]arn:aws:iam::123456789012:policy\/faasade-boundary-/,
    );
  }, 180_000);
});
