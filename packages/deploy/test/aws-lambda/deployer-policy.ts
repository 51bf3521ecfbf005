// What infra/aws lets a workflow do, and what the SDK's commands of this package ask for.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
}

const template = join(import.meta.dirname, "../../../../infra/aws/template.yaml");
const source = join(import.meta.dirname, "../../src/aws-lambda");

export function statements(): readonly Statement[] {
  const { Resources } = parse(readFileSync(template, "utf8"), { logLevel: "silent" });
  return Resources.Deployer.Properties.Policies[0].PolicyDocument.Statement;
}

/** Every action that is allowed somewhere, once. */
export function allowedActions(): ReadonlySet<string> {
  return new Set(statements().flatMap(({ Effect, Action }) => (Effect === "Allow" ? [Action].flat() : [])));
}

const prefixes: Readonly<Record<string, string>> = {
  cloudformation: "cloudformation",
  "cloudwatch-logs": "logs",
  lambda: "lambda",
  "resource-groups-tagging-api": "tag",
  s3: "s3",
  "secrets-manager": "secretsmanager",
  sqs: "sqs",
  sts: "sts",
};

/** Where IAM calls an action otherwise than the API does. https://docs.aws.amazon.com/service-authorization/latest/reference/ */
const named: Readonly<Record<string, readonly string[]>> = {
  "lambda:Invoke": ["lambda:InvokeFunction"],
  "s3:HeadBucket": ["s3:ListBucket"],
  "s3:HeadObject": ["s3:GetObject"],
  "s3:ListObjectsV2": ["s3:ListBucket"],
  "s3:ListObjectVersions": ["s3:ListBucketVersions"],
  "s3:DeleteObjects": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  "s3:PutPublicAccessBlock": ["s3:PutBucketPublicAccessBlock"],
  // Tags are put on what is made.
  "secretsmanager:CreateSecret": ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
};

/** By action, the files that ask for it. `witness.ts` sends nothing. */
export function askedActions(): ReadonlyMap<string, readonly string[]> {
  const asked = new Map<string, string[]>();
  for (const file of readdirSync(source).filter((name) => name !== "witness.ts")) {
    const text = readFileSync(join(source, file), "utf8");
    const clients = [...text.matchAll(/import\("@aws-sdk\/client-([\w-]+)"\)/g)].map(
      ([, client]) => client ?? "",
    );
    for (const [, command, page] of text.matchAll(/new (?:\w+\.)?(\w+)Command\(|[^\w]paginate(\w+)\(/g)) {
      const client = clients.find((one) => isOf(one, command ?? page ?? ""));
      if (client === undefined) throw new Error(`${file} imports no client of ${command ?? page}`);
      const api = `${prefixes[client]}:${command ?? page}`;
      for (const action of named[api] ?? [api]) asked.set(action, [...(asked.get(action) ?? []), file]);
    }
  }
  return asked;
}

/** A file that imports several clients says which is which by its commands. */
function isOf(client: string, api: string): boolean {
  const types = join(
    import.meta.dirname,
    "../../../../node_modules/@aws-sdk",
    `client-${client}`,
    "dist-types",
  );
  const names = readdirSync(join(types, "commands"));
  return names.includes(`${api}Command.d.ts`);
}
