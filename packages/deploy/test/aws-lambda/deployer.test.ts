// infra/aws: what the commands ask of AWS is allowed, and no statement reaches beyond the stage.
import { expect, it } from "vitest";
import { allowedActions, askedActions, statements } from "./deployer-policy.ts";

/** An administrator's: the foundation makes the bucket for code, and stores are removed by hand. */
const administrators = ["s3:CreateBucket of the bucket for code", "s3:DeleteBucket"];
/** Nobody has to be allowed it. */
const everybodys = ["sts:GetCallerIdentity"];

it("allows every call of the commands, but for what is an administrator's", () => {
  const allowed = allowedActions();
  const refused = [...askedActions().keys()].filter((action) => !allowed.has(action));
  expect(refused.sort()).toEqual(["s3:DeleteBucket", ...everybodys].sort());
  expect(administrators).toContain("s3:DeleteBucket");
});

it("names actions whole, so that a new one of AWS's is nobody's", () => {
  expect([...allowedActions()].filter((action) => action.includes("*"))).toEqual([]);
});

/** Why a statement cannot be bound to the stage's name. */
const unbound: Readonly<Record<string, string>> = {
  Transform: "SAM's transform is AWS's own",
  QueuesThatStartFunctions: "bound to the stage's functions by its condition",
  WhatHasNoNameOfOurs: "ids are AWS's",
  Apis: "ids are AWS's",
  DeviceRules: "CloudFormation makes the names",
  WhatThereIs: "lists have no resource",
};

it("reaches nothing but what begins with the app and the stage, the bucket for code, and the path of the roles", () => {
  const own = /\$\{App\}[-/]\$\{GitHubEnvironment\}|CodeBucket|role\/faasade\//;
  const wide = statements()
    .filter(({ Effect }) => Effect === "Allow")
    .filter(({ Resource }) => ![Resource].flat().every((one) => own.test(one)))
    .map(({ Sid }) => Sid);
  expect(wide.sort()).toEqual(Object.keys(unbound).sort());
  const secrets = statements().find(({ Action }) =>
    [Action].flat().includes("secretsmanager:GetSecretValue"),
  );
  expect([secrets?.Resource].flat().join()).toMatch(/:secret:\$\{App\}\/\$\{GitHubEnvironment\}\/\*$/);
});
