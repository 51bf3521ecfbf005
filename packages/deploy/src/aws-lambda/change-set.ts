// A change set of CloudFormation: made anew for each deployment, and executed when it changes something.
import { setTimeout as pause } from "node:timers/promises";
import type {
  CreateChangeSetCommandInput,
  DescribeChangeSetCommandOutput,
  Parameter,
} from "@aws-sdk/client-cloudformation";
import { quoted } from "../shared/tool.ts";
import type { Step } from "../target.ts";
import type { Deploying } from "./deploying.ts";
import { explain, explained } from "./failure.ts";
import type { ChosenParameter } from "./parameters.ts";
import { findStack, isMadeAnew, requireReady, settled, stateOf } from "./stack.ts";

/** SAM's macro is a part of every template with event functions. */
const capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] as const;

/** What CloudFormation says of a change set that would change nothing. */
const changesNothing = /didn't contain changes|No updates are to be performed/;

export function changeSetSteps(deploying: Deploying): Step[] {
  const { aws, account, stackName } = deploying;
  const name = changeSetName(deploying);
  const words = `--stack-name ${stackName} --change-set-name ${name}`;
  return [
    {
      name: "create-change-set",
      command: createCommand(deploying, name),
      run: () => createChangeSet(deploying, name),
    },
    {
      name: "execute-change-set",
      command: `aws cloudformation execute-change-set ${words}${account.suffix}\naws cloudformation wait stack-${isNew(deploying) ? "create" : "update"}-complete --stack-name ${stackName}${account.suffix}`,
      async run(report) {
        const { ExecuteChangeSetCommand } = await import("@aws-sdk/client-cloudformation");
        const client = await aws.cloudFormation();
        const found = await findChangeSet(deploying, name);
        if (found === undefined || found.Status === "FAILED") return undefined;
        const since = new Date();
        const call = new ExecuteChangeSetCommand({ StackName: stackName, ChangeSetName: name });
        await explained(`execute the change set ${name}`, () => client.send(call));
        const stack = await settled(aws, stackName, { report, since });
        await requireReady(aws, stackName, stack, since);
        return `the stack is ${stack?.StackStatus}`;
      },
    },
  ];
}

/** One name for one build, so that a run that was cut off leaves nothing that the next does not replace. */
function changeSetName({ wanted }: Deploying): string {
  return `faasade-${wanted.ledger.build.slice(0, 16)}`;
}

function isNew({ standing }: Deploying): boolean {
  const { state, stack } = standing;
  return state === "absent" || state === "unknown" || isMadeAnew(stack?.stack.StackStatus);
}

async function createChangeSet(deploying: Deploying, name: string): Promise<string | undefined> {
  const { aws, stackName } = deploying;
  const sdk = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const doing = `make the change set ${name}`;
  if ((await findChangeSet(deploying, name)) !== undefined) await removeChangeSet(deploying, name);
  const status = (await findStack(aws, stackName))?.StackStatus;
  const isCreated = stateOf(status) === "absent";
  await explained(doing, () =>
    client.send(new sdk.CreateChangeSetCommand(inputOf(deploying, name, isCreated ? "CREATE" : "UPDATE"))),
  );
  for (let milliseconds = 200; ; milliseconds = Math.min(milliseconds * 1.5, 3000)) {
    const found = await findChangeSet(deploying, name);
    if (found?.Status === "FAILED") {
      const reason = found.StatusReason ?? "no reason given";
      await removeChangeSet(deploying, name);
      if (changesNothing.test(reason)) return undefined;
      throw explain(doing, new Error(reason));
    }
    if (found?.Status === "CREATE_COMPLETE") return `${found.Changes?.length ?? 0} changes`;
    await pause(milliseconds);
  }
}

async function findChangeSet(
  { aws, stackName }: Deploying,
  name: string,
): Promise<DescribeChangeSetCommandOutput | undefined> {
  const { DescribeChangeSetCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  try {
    return await client.send(new DescribeChangeSetCommand({ StackName: stackName, ChangeSetName: name }));
  } catch (error) {
    const { name: code, message } = error as Error;
    if (code.startsWith("ChangeSetNotFound") || /does not exist/.test(message)) return undefined;
    throw explain(`look for the change set ${name}`, error);
  }
}

async function removeChangeSet({ aws, stackName }: Deploying, name: string): Promise<void> {
  const { DeleteChangeSetCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const call = new DeleteChangeSetCommand({ StackName: stackName, ChangeSetName: name });
  await explained(`remove the change set ${name}`, () => client.send(call));
}

function inputOf(
  {
    wanted: { id },
    account: { bucket, region, partition },
    packaged,
    parameters,
    standing,
    stackName,
    aws,
  }: Deploying,
  ChangeSetName: string,
  ChangeSetType: "CREATE" | "UPDATE",
): CreateChangeSetCommandInput {
  const labels = { "faasade-app": id.app, "faasade-stage": id.stage, "faasade-deployment": id.name };
  const { endpoint } = aws.place;
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  const origin =
    endpoint === undefined ? `https://${bucket}.s3.${region}.${domain}` : `${endpoint}/${bucket}`;
  return {
    StackName: stackName,
    ChangeSetName,
    ChangeSetType,
    TemplateURL: `${origin}/${packaged.file.key}`,
    Capabilities: [...capabilities],
    Tags: Object.entries(labels).map(([Key, Value]) => ({ Key, Value })),
    Parameters: parameters.flatMap((one): Parameter[] => {
      const ParameterKey = one.key;
      const ParameterValue = valueFor(one, ChangeSetType);
      if (ParameterValue !== undefined) return [{ ParameterKey, ParameterValue }];
      return one.isPrevious && ChangeSetType === "UPDATE" ? [{ ParameterKey, UsePreviousValue: true }] : [];
    }),
    // What was removed behind the stack's back is made again.
    ...(ChangeSetType === "UPDATE" && (standing.stack?.missing.length ?? 0) > 0
      ? { DeploymentMode: "REVERT_DRIFT" as const }
      : {}),
  };
}

/** A stack that is made anew has no previous values to use: what the former one had is said again. */
function valueFor({ value, previous }: ChosenParameter, type: "CREATE" | "UPDATE"): string | undefined {
  return value ?? (type === "CREATE" ? previous : undefined);
}

function createCommand(deploying: Deploying, name: string): string {
  const { parameters } = deploying;
  const type = isNew(deploying) ? "CREATE" : "UPDATE";
  const { StackName, TemplateURL, Tags = [], DeploymentMode } = inputOf(deploying, name, type);
  const given = parameters.flatMap((one) => {
    const { key, name, isPrevious, isSecret } = one;
    const value = valueFor(one, type);
    if (value === undefined) return isPrevious ? [`ParameterKey=${key},UsePreviousValue=true`] : [];
    return [
      isSecret
        ? `"ParameterKey=${key},ParameterValue=$${name}"`
        : quoted(`ParameterKey=${key},ParameterValue=${value}`),
    ];
  });
  return (
    [
      `aws cloudformation create-change-set --stack-name ${StackName} --change-set-name ${name} --change-set-type ${type}`,
      `--template-url ${TemplateURL} --capabilities ${capabilities.join(" ")}`,
      `--tags ${Tags.map(({ Key, Value }) => `Key=${Key},Value=${Value}`).join(" ")}`,
      ...(given.length === 0 ? [] : [`--parameters ${given.join(" ")}`]),
      ...(DeploymentMode === undefined ? [] : [`--deployment-mode ${DeploymentMode}`]),
    ].join(" ") + deploying.account.suffix
  );
}
