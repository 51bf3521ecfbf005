// What somebody has to provide before a deployment: secrets, and parameters without a default.
import { randomBytes } from "node:crypto";
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
    needs.push(await secretNeed(aws, wanted, name, secret, account));
  }
  return needs;
}

async function secretNeed(
  aws: Aws,
  wanted: Wanted,
  name: string,
  secret: string,
  account: Account | undefined,
): Promise<Need> {
  const suffix = account?.suffix ?? " --region <region>";
  const need = {
    name,
    kind: "secret" as const,
    detail: `${secret} in AWS Secrets Manager`,
    fix: `aws secretsmanager create-secret --name ${secret} --secret-string file://<file that holds it>${suffix}`,
  };
  if (account !== undefined && (await hasSecret(aws, secret))) return { ...need, state: "there" };
  return { ...need, state: "missing", create: createStep(aws, wanted, secret, suffix) };
}

async function hasSecret(aws: Aws, name: string): Promise<boolean> {
  const { DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
  const client = await aws.secrets();
  try {
    const { DeletedDate } = await client.send(new DescribeSecretCommand({ SecretId: name }));
    return DeletedDate === undefined;
  } catch (error) {
    if ((error as Error).name === "ResourceNotFoundException") return false;
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
      if (await hasSecret(aws, secret)) return undefined;
      const { CreateSecretCommand } = await import("@aws-sdk/client-secrets-manager");
      const client = await aws.secrets();
      const SecretString = randomBytes(randomBytesOfSecret).toString("base64");
      const call = new CreateSecretCommand({ Name: secret, SecretString, Tags: tags });
      await explained(`make the secret ${secret}`, () => client.send(call));
      return `made ${secret}, ${randomBytesOfSecret} random bytes`;
    },
  };
}
