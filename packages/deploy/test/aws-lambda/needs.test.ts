// What a deployment to AWS says of its secrets: missing, there, or newer than what the functions have.
import { afterAll, beforeAll, expect, it } from "vitest";
import { Aws } from "../../src/aws-lambda/aws.ts";
import { needsOf } from "../../src/aws-lambda/needs.ts";
import type { Template } from "../../src/aws-lambda/template.ts";
import type { Wanted } from "../../src/target.ts";
import { type StackDouble, startStackDouble } from "./stack-double.ts";

let double: StackDouble;
const environment = { ...process.env };
beforeAll(async () => {
  double = await startStackDouble();
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" });
});
afterAll(() => {
  process.env = environment;
  double.close();
});

const description = "KEY: the name or ARN of the secret in AWS Secrets Manager.";
const template = {
  Parameters: { KeySecret: { Type: "String", Description: description, Default: "shop/demo/KEY" } },
} as unknown as Template;
const parameter = { key: "KeySecret", isPrevious: false, isSecret: false, name: "KEY", isChanged: false };
const wanted = { id: { app: "shop", stage: "demo", platform: "aws-lambda", name: "shop-demo" } } as Wanted;

async function need(changedAt: string | undefined) {
  const aws = new Aws({ region: "eu-central-1", endpoint: double.url });
  try {
    const chosen = { parameters: [parameter], missing: [] };
    return (await needsOf(aws, wanted, template, chosen, await aws.account(), changedAt))[0];
  } finally {
    aws.close();
  }
}

it("is missing, with what makes it", async () => {
  double.secretChangedAt = undefined;
  expect(await need(undefined)).toMatchObject({
    name: "KEY",
    state: "missing",
    create: { name: "secret-KEY" },
  });
});

it("is there, and said to be newer than what the functions have where it was rotated since", async () => {
  double.secretChangedAt = Date.parse("2026-12-01T05:00:00Z") / 1000;
  expect(await need("2026-12-01T04:00:00Z")).toMatchObject({
    state: "there",
    detail: expect.stringContaining("changed since the last deployment"),
  });
  for (const at of ["2026-12-01T06:00:00Z", undefined])
    expect(await need(at)).toMatchObject({ state: "there", detail: "shop/demo/KEY in AWS Secrets Manager" });
});
