// infra/aws: what CloudFormation does on the deployer's behalf for the types that templates hold, by AWS's own schemas of these
// types as cfn-lint brings them, is allowed; and nothing is allowed that neither it nor a command asks for.
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { describeInside, installedPython } from "../../../platforms/test/runtimes/installed.ts";
import { startProgram } from "../../../platforms/test/runtimes/program.ts";
import { translateTemplate } from "../../../platforms/test/runtimes/sam-template.ts";
import { allowedActions, askedActions } from "../aws-lambda/deployer-policy.ts";

const golden = join(import.meta.dirname, "../../../platforms/test/manifest/golden");

/** Which AWS's schemas ask for, and no template of ours gives a reason to: features that it does not use. */
const unused: readonly RegExp[] = [
  /^(ec2|elasticfilesystem|s3files|kms|s3tables|firehose):/,
  /^lambda:(AssociateRuntimeAlias|GetLayerVersion|PublishVersion|PassCapacityProvider|PassNetworkConnector)$/,
  /^lambda:(\w*CodeSigningConfig|Put(Runtime|FunctionRecursion|FunctionScaling)\w*)$/,
  /^logs:(\w*(KmsKey|LogDelivery|ResourcePolic|IndexPolicy|DataProtectionPolicy|BearerToken|DeletionProtection)\w*)$/,
  /^sns:PutDataProtectionPolicy$/,
  // No action of IAM: the methods on /tags stand for them.
  /^apigateway:(Tag|Untag)Resource$/,
  // Stores are kept: their removal is an administrator's.
  /^s3:(Delete(Bucket|Object)|DeleteBucket(?!Policy)\w*)$/,
  /^s3:\w*(Metadata|Analytics|Cors|CORS|Metrics|Replication|Website|Accelerate|Abac|Logging|ObjectLock)\w*$/,
  /^s3:\w*(IntelligentTiering|Inventory|TagResource|UntagResource|ListTagsForResource|ObjectAcl|BucketAcl)\w*$/,
  /^s3:(REST\.PUT\.OBJECT|getObject|PutBucketOwnershipControls|PutBucketVersioning)$/,
  // A role's boundary stays, and its description is never changed.
  /^iam:(DeleteRolePermissionsBoundary|UpdateRole|UpdateRoleDescription)$/,
];
/** Read where AWS's schemas ask for it, though the feature is not used: a read that is refused fails the stack. */
const readAnyway = ["s3:GetBucketAcl", "lambda:GetFunctionCodeSigningConfig", "logs:GetDataProtectionPolicy"];

/** Of CloudFormation itself, and of what it makes without a schema of ours. */
const otherwise: Readonly<Record<string, string>> = {
  "logs:DescribeIndexPolicies": "read with each log group",
  "secretsmanager:GetSecretValue": "dynamic references in a function's environment",
  "iam:PassRole": "every type that has a role",
};

describeInside("what the deployer may", ["python"], () => {
  let needed: ReadonlySet<string>;
  beforeAll(async () => {
    const types = new Set<string>();
    for (const file of readdirSync(golden)) {
      const text = readFileSync(join(golden, file), "utf8").replace(
        /"CodeUri": "[^"]*"/g,
        '"CodeUri": "s3://bucket/key"',
      );
      const { Resources } = await translateTemplate(text);
      for (const { Type } of Object.values(Resources)) types.add(Type);
    }
    needed = new Set((await permissionsOf([...types])).filter((action) => !isUnused(action)));
  }, 180_000);

  it("is enough for every type that templates hold", () => {
    const allowed = allowedActions();
    expect(needed.size).toBeGreaterThan(80);
    expect([...needed].filter((action) => !allowed.has(action))).toEqual([]);
  });

  it("is nothing that neither a command nor CloudFormation asks for", () => {
    const asked = askedActions();
    const spare = [...allowedActions()].filter(
      (action) => !needed.has(action) && !asked.has(action) && otherwise[action] === undefined,
    );
    expect(spare).toEqual([]);
  });
});

function isUnused(action: string): boolean {
  return !readAnyway.includes(action) && unused.some((pattern) => pattern.test(action));
}

const readSchemas = `
import glob, json, os, sys, cfnlint
folder = os.path.join(os.path.dirname(cfnlint.__file__), "data", "schemas", "resources")
wanted, found = set(json.loads(sys.argv[1])), {}
for path in glob.glob(os.path.join(folder, "*.json")):
    with open(path, encoding="utf8") as file:
        schema = json.load(file)
    if schema.get("typeName") in wanted:
        handlers = schema.get("handlers") or {}
        found[schema["typeName"]] = [p for name, handler in handlers.items() if name != "list" for p in handler.get("permissions", [])]
print("PERMISSIONS " + json.dumps(found))
`;

/** @throws {Error} for a type of which there is no schema. */
async function permissionsOf(types: readonly string[]): Promise<readonly string[]> {
  const args = ["-c", readSchemas, JSON.stringify(types)];
  const program = startProgram(installedPython(), args, { cwd: tmpdir() });
  const [, text = "{}"] = await program.printed(/^PERMISSIONS (.*)$/m);
  const found = JSON.parse(text) as Record<string, readonly string[]>;
  const missing = types.filter((type) => found[type] === undefined);
  if (missing.length > 0) throw new Error(`There is no schema of ${missing.join(", ")}.`);
  return Object.values(found).flat();
}
