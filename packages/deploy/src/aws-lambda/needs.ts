// What somebody has to provide before a deployment: secrets, and parameters without a default.
import { randomBytes } from "node:crypto";
import type { DescribeSecretCommandOutput } from "@aws-sdk/client-secrets-manager";
import type { Need, Step, Wanted } from "../target.ts";
import type { Account, Aws } from "./aws.ts";
import { explain, explained } from "./failure.ts";
import type { ChosenParameters } from "./parameters.ts";
import type { Template } from "./template.ts";

const randomBytesOfSecret = 32;

export async function needsOf(
  aws: Aws,
  wanted: Wanted,
  template: Template,
  { parameters, missing }: ChosenParameters,
  /** Undefined where AWS cannot be asked. */
  account: Account | undefined,
  /** When the stack was changed last, in RFC 3339: functions have their secrets as they were then, or before. */
  changedAt: string | undefined,
): Promise<Need[]> {
  const needs: Need[] = missing.map(({ name, description, isSecret }) => ({
    name,
    kind: name.endsWith("_URL") ? "url" : "setting",
    state: "missing",
    detail: description.replace(/^[A-Z0-9_]+: /, ""),
    fix: isSecret ? `--set ${name}=@<file that holds it>` : `--set ${name}=…`,
  }));
  for (const { key, value, name } of parameters) {
    const declared = template.Parameters?.[key];
    if (!key.endsWith("Secret") || !declared?.Description.includes("AWS Secrets Manager")) continue;
    const secret = value ?? String(declared.Default ?? "");
    needs.push(await secretNeed(aws, wanted, name, secret, account, changedAt));
  }
  return needs;
}

async function secretNeed(
  aws: Aws,
  wanted: Wanted,
  name: string,
  secret: string,
  account: Account | undefined,
  changedAt: string | undefined,
): Promise<Need> {
  const suffix = account?.suffix ?? " --region <region>";
  const need = {
    name,
    kind: "secret" as const,
    detail: `${secret} in AWS Secrets Manager`,
    fix: `aws secretsmanager create-secret --name ${secret} --secret-string file://<file that holds it>${suffix}`,
  };
  const found = account === undefined ? undefined : await findSecret(aws, secret);
  if (found !== undefined) {
    const isNewer =
      changedAt !== undefined && (found.LastChangedDate?.getTime() ?? 0) > Date.parse(changedAt);
    const newer = isNewer
      ? ", changed since the last deployment: functions keep what they have until they change themselves"
      : "";
    return { ...need, detail: `${need.detail}${newer}`, state: "there" };
  }
  return { ...need, state: "missing", create: createStep(aws, wanted, secret, suffix) };
}

/** Undefined where there is none, or it is being deleted. */
async function findSecret(aws: Aws, name: string): Promise<DescribeSecretCommandOutput | undefined> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await aws.secrets();
  try {
    const found = await client.send(new DescribeSecretCommand({ SecretId: name }));
    return found.DeletedDate === undefined ? found : undefined;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return undefined;
    throw explain(`look for the secret ${name}`, error);
  }
}

/** Its value is seen by nobody, and it goes with the stage. */
function createStep(aws: Aws, { id }: Wanted, secret: string, suffix: string): Step {
  const labels = { "faasade-app": id.app, "faasade-stage": id.stage, "faasade-deployment": id.name };
  const tags = Object.entries(labels).map(([Key, Value]) => ({ Key, Value }));
  const words = tags.map(({ Key, Value }) => `Key=${Key},Value=${Value}`).join(" ");
  return {
    name: `secret-${secret.split("/").at(-1)}`,
    // Through a pipe: command lines are everybody's to read.
    command: `openssl rand -base64 ${randomBytesOfSecret} | tr -d '\\n' | aws secretsmanager create-secret --name ${secret} --secret-string file:///dev/stdin --tags ${words}${suffix}`,
    async run() {
      if ((await findSecret(aws, secret)) !== undefined) return undefined;
      const { CreateSecretCommand } = await import("@aws-sdk/client-secrets-manager");
      const client = await aws.secrets();
      const SecretString = randomBytes(randomBytesOfSecret).toString("base64");
      const call = new CreateSecretCommand({ Name: secret, SecretString, Tags: tags });
      await explained(`make the secret ${secret}`, () => client.send(call));
      return `made ${secret}, ${randomBytesOfSecret} random bytes`;
    },
  };
}
