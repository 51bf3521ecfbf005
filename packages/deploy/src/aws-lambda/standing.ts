// What stands of a stage on AWS: its stack, everything that carries its tag, and its objects in the deployment bucket.
import type { Stack } from "@aws-sdk/client-cloudformation";
import type { Ledger } from "../ledger.ts";
import type { Place, StageId, Standing, StandingResource } from "../target.ts";
import { type Aws, withAws } from "./aws.ts";
import { explain } from "./failure.ts";
import { stackOf } from "./place.ts";
import { resourceUrls } from "./resource-urls.ts";
import { findStack, isMadeAnew, stateOf } from "./stack.ts";
import { resourcesOf, type StackResource, templateOf } from "./stack-resources.ts";
import { isThere, taggedWith, typeOfArn } from "./tagged.ts";
import { keyPrefix, type Template } from "./template.ts";

export interface AwsStanding extends Standing {
  /** Absent where there is none, or it could not be asked. */
  readonly stack?: StandingStack;
  /** Of the other packaging, what a deployment left that failed or was cut off before that stood. */
  readonly others?: readonly Stack[];
  /** Buckets that carry the stage's tag and are in no stack: an earlier one left them with their data. */
  readonly keptBuckets?: readonly string[];
}

export interface StandingStack {
  readonly stack: Stack;
  readonly template: Template | undefined;
  readonly resources: readonly StackResource[];
  /** Logical ids of what is in the stack, and was removed behind its back. */
  readonly missing: readonly string[];
}

export function look(id: StageId, place: Place): Promise<AwsStanding> {
  return withAws(place, async (aws) => {
    await aws.account();
    const tagged = await taggedWith(aws, id.name);
    const both = [await findStack(aws, stackOf(id, "zip")), await findStack(aws, stackOf(id, "web"))];
    const stacks = both.filter((one) => one !== undefined);
    // One packaging stands at a time: a deployment that would leave the other behind is refused.
    const found = stacks.find(({ StackStatus }) => !isMadeAnew(StackStatus)) ?? stacks[0];
    const others = stacks.filter((one) => one !== found);
    const stack = found === undefined ? undefined : await standingStack(aws, found, tagged);
    const code = await codeOf(aws, id);
    const own = stacks.flatMap(({ StackId }) => StackId ?? []);
    const resources = [...new Set([...tagged, ...own])].map(resourceOf);
    const inStack = new Set(stack?.resources.map(({ physicalId }) => physicalId));
    const buckets = tagged
      .filter((arn) => typeOfArn(arn) === "AWS::S3::Bucket")
      .map((arn) => arn.split(":")[5] ?? "");
    const ledger = stack === undefined ? undefined : await ledgerOf(aws, stack);
    return {
      state: stateOf(found?.StackStatus),
      ...(found?.StackStatus === undefined ? {} : { detail: detailOf(found) }),
      ...(ledger === undefined ? {} : { ledger }),
      resources: [...resources, ...code],
      ...(stack === undefined ? {} : { stack }),
      others,
      keptBuckets: buckets.filter((bucket) => !inStack.has(bucket)),
    };
  });
}

async function standingStack(aws: Aws, stack: Stack, tagged: readonly string[]): Promise<StandingStack> {
  const name = stack.StackName ?? "";
  const isMade = stack.StackStatus !== "REVIEW_IN_PROGRESS";
  // By its id, by which even one is told that goes at this moment.
  const { StackId: stackId = name } = stack;
  const template = isMade ? await templateOf(aws, stackId) : undefined;
  const resources = isMade ? await resourcesOf(aws, stackId) : [];
  const missing: string[] = [];
  if (stateOf(stack.StackStatus) === "ready")
    for (const one of resources) if (!(await isThere(aws, name, one, tagged))) missing.push(one.logicalId);
  return { stack, template, resources, missing };
}

/** As the stack's template has it; the time is the stack's. */
async function ledgerOf(
  aws: Aws,
  { stack, template, resources }: StandingStack,
): Promise<Ledger | undefined> {
  const kept = template?.Metadata.Faasade.Ledger;
  if (kept === undefined) return undefined;
  const at = (stack.LastUpdatedTime ?? stack.CreationTime ?? new Date(0)).toISOString();
  const url = stack.Outputs?.find(({ OutputKey }) => OutputKey === "Url")?.OutputValue;
  return {
    ...kept,
    at,
    place: aws.place,
    ...(url === undefined ? {} : { url: url.replace(/\/$/, "") }),
    resources: await resourceUrls(aws, resources),
  };
}

function detailOf({ StackName, StackStatus, StackStatusReason }: Stack): string {
  return `stack ${StackName} is ${StackStatus}${StackStatusReason ? `: ${StackStatusReason}` : ""}`;
}

function resourceOf(arn: string): StandingResource {
  const type = typeOfArn(arn);
  return { id: arn, type, holdsData: type === "AWS::S3::Bucket" };
}

/** Objects carry no tag that can be asked for; those of a stage stand below its name. */
async function codeOf(aws: Aws, id: StageId): Promise<StandingResource[]> {
  const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
  const { bucket } = await aws.account();
  const client = await aws.s3();
  const call = new ListObjectsV2Command({ Bucket: bucket, Prefix: keyPrefix(id), MaxKeys: 1 });
  try {
    const { KeyCount = 0 } = await client.send(call);
    if (KeyCount === 0) return [];
    return [{ id: `s3://${bucket}/${keyPrefix(id)}`, type: "code and templates", holdsData: false }];
  } catch (error) {
    if ((error as Error).name === "NoSuchBucket") return [];
    throw explain(`list the code in ${bucket}`, error);
  }
}
