// The steps that take a stage away: its stack, what is left of it, its code, and its stores if that is wished.
import type { StageId, Step } from "../target.ts";
import type { Account, Aws } from "./aws.ts";
import { emptyBucket, emptyPrefix, removeBucket } from "./empty.ts";
import { explained } from "./failure.ts";
import { runLine } from "./images.ts";
import { deleteStack } from "./ready.ts";
import { findStack, settled } from "./stack.ts";
import type { AwsStanding } from "./standing.ts";
import { askByTag, isArnOf, taggedWith, typeOfArn } from "./tagged.ts";
import { keyPrefix } from "./template.ts";

export interface Destroying {
  readonly aws: Aws;
  readonly account: Account;
  readonly id: StageId;
  readonly standing: AwsStanding;
  readonly deleteData: boolean;
}

export function destroyingSteps(destroying: Destroying): Step[] {
  const { aws, account, id, standing, deleteData } = destroying;
  const { bucket, suffix } = account;
  const stacks = [standing.stack?.stack, ...(standing.others ?? [])].flatMap((one) => one?.StackName ?? []);
  const stores = standing.resources
    .filter(({ type }) => type === "AWS::S3::Bucket")
    .map(({ id }) => bucketOf(id));
  const code = standing.resources.some((one) => one.id.startsWith("s3://"));
  const loose = standing.resources
    .map((one) => one.id)
    .filter((arn) => typeOfArn(arn) in removals && !goesWithStack(arn, standing));
  return [
    ...stacks.map((name) => stackStep(aws, account, name)),
    // What a stack did not take along, or what was made beside it.
    ...(stacks.length === 0 && loose.length === 0 ? [] : [leftoversStep(destroying, loose)]),
    ...(deleteData ? stores.map((store) => storeStep(destroying, store)) : []),
    ...(code
      ? [
          {
            name: "remove-code",
            command: `aws s3 rm s3://${bucket}/${keyPrefix(id)} --recursive${suffix}`,
            run: () => emptyPrefix(aws, bucket, keyPrefix(id)),
          },
        ]
      : []),
  ];
}

/** Of what CloudFormation removes, nobody else has to say it. */
function goesWithStack(arn: string, { stack }: AwsStanding): boolean {
  const resource = stack?.resources.find((one) => isArnOf(arn, one));
  const isKept = stack?.template?.Resources[resource?.logicalId ?? ""]?.DeletionPolicy === "Retain";
  return resource !== undefined && !isKept;
}

/** Waits for what goes on there, and until it is gone. */
export function stackStep(aws: Aws, { suffix }: Account, stack: string): Step {
  return {
    name: `delete-stack-${stack}`,
    command: `aws cloudformation delete-stack --stack-name ${stack}${suffix}\naws cloudformation wait stack-delete-complete --stack-name ${stack}${suffix}`,
    async run(report) {
      // A deployment that was cut off may still be going on.
      const now = await settled(aws, stack, { report, since: new Date() });
      if (now === undefined && (await findStack(aws, stack)) === undefined) return undefined;
      await deleteStack(aws, stack, report);
      return "the stack is gone";
    },
  };
}

function storeStep({ aws, account: { suffix } }: Destroying, store: string): Step {
  return {
    name: `delete-store-${store}`,
    command: `aws s3 rb s3://${store} --force${suffix}`,
    async run(report) {
      const count = await emptyBucket(aws, store, report);
      if (count === undefined) return undefined;
      await removeBucket(aws, store);
      return `${store} is gone, with ${count} objects`;
    },
  };
}

function leftoversStep({ aws, id, account: { suffix } }: Destroying, known: readonly string[]): Step {
  const commands = known.map((arn) => `${removals[typeOfArn(arn)]?.command(arn) ?? ""}${suffix}`);
  const ask = `${askByTag(id.name)}${suffix}`;
  return {
    name: "leftovers",
    command: [...commands, ask].join("\n"),
    async run(report) {
      let count = 0;
      for (const arn of await taggedWith(aws, id.name)) {
        const removal = removals[typeOfArn(arn)];
        if (removal === undefined) continue;
        await explained(`remove ${arn}`, () => ignoreGone(() => removal.run(aws, arn)));
        report(`removed ${arn}`);
        count += 1;
      }
      return count === 0 ? undefined : `${count} removed`;
    },
  };
}

interface Removal {
  readonly command: (arn: string) => string;
  readonly run: (aws: Aws, arn: string) => Promise<unknown>;
}

const last = (arn: string): string => arn.split(":").at(-1) ?? "";
const repository = (arn: string): string => arn.split(":repository/")[1] ?? "";
const logGroup = (arn: string): string => arn.split(":log-group:")[1]?.replace(/:\*$/, "") ?? "";

/** By type; what is not here is CloudFormation's alone to remove, and is named at the end. */
const removals: Readonly<Record<string, Removal>> = {
  "AWS::Logs::LogGroup": {
    command: (arn) => `aws logs delete-log-group --log-group-name ${logGroup(arn)}`,
    async run(aws, arn) {
      const { DeleteLogGroupCommand } = await import("@aws-sdk/client-cloudwatch-logs");
      await (await aws.logs()).send(new DeleteLogGroupCommand({ logGroupName: logGroup(arn) }));
    },
  },
  "AWS::Lambda::Function": {
    command: (arn) => `aws lambda delete-function --function-name ${last(arn)}`,
    async run(aws, arn) {
      const { DeleteFunctionCommand } = await import("@aws-sdk/client-lambda");
      await (await aws.lambda()).send(new DeleteFunctionCommand({ FunctionName: arn }));
    },
  },
  "AWS::SQS::Queue": {
    command: (arn) =>
      `aws sqs delete-queue --queue-url "$(aws sqs get-queue-url --queue-name ${last(arn)} --output text)"`,
    async run(aws, arn) {
      const { DeleteQueueCommand, GetQueueUrlCommand } = await import("@aws-sdk/client-sqs");
      const client = await aws.sqs();
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: last(arn) }));
      await client.send(new DeleteQueueCommand({ QueueUrl }));
    },
  },
  "AWS::ECR::Repository": {
    command: (arn) => `aws ecr delete-repository --force --repository-name ${repository(arn)}`,
    run: async (aws, arn) => {
      const { suffix } = await aws.account();
      return runLine(`aws ecr delete-repository --force --repository-name ${repository(arn)}${suffix}`, ".");
    },
  },
  "AWS::SecretsManager::Secret": {
    command: (arn) => `aws secretsmanager delete-secret --secret-id ${arn} --force-delete-without-recovery`,
    async run(aws, arn) {
      const { DeleteSecretCommand } = await import("@aws-sdk/client-secrets-manager");
      const call = new DeleteSecretCommand({ SecretId: arn, ForceDeleteWithoutRecovery: true });
      await (await aws.secrets()).send(call);
    },
  },
};

/** Somebody else, or an earlier run, was faster. */
async function ignoreGone(remove: () => Promise<unknown>): Promise<void> {
  try {
    await remove();
  } catch (error) {
    const { name } = error as Error;
    if (!/NotFound|NonExistentQueue|QueueDoesNotExist/.test(name)) throw error;
  }
}

function bucketOf(arn: string): string {
  return arn.split(":")[5] ?? "";
}
