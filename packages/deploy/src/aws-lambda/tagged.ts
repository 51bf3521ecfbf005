// What carries a stage's tag, asked from AWS; and whether what a stack holds is really there.
import type { Aws } from "./aws.ts";
import { explained } from "./failure.ts";
import type { StackResource } from "./stack-resources.ts";

/** ARNs. */
export async function taggedWith(aws: Aws, deployment: string): Promise<string[]> {
  const { paginateGetResources } = await import("@aws-sdk/client-resource-groups-tagging-api");
  const client = await aws.tagging();
  const TagFilters = [{ Key: "faasade-deployment", Values: [deployment] }];
  return explained("ask by tag what stands", async () => {
    const found: string[] = [];
    for await (const { ResourceTagMappingList = [] } of paginateGetResources({ client }, { TagFilters }))
      found.push(...ResourceTagMappingList.flatMap(({ ResourceARN }) => ResourceARN ?? []));
    return found.sort();
  });
}

export function askByTag(deployment: string): string {
  return `aws resourcegroupstaggingapi get-resources --tag-filters Key=faasade-deployment,Values=${deployment}`;
}

/** By what an ARN begins with after region and account. */
const types: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/^s3:/, "AWS::S3::Bucket"],
  [/^lambda:.*:function:/, "AWS::Lambda::Function"],
  [/^lambda:.*:web-function:/, "AWS::Lambda::WebFunction"],
  [/^lambda:.*:event-source-mapping:/, "AWS::Lambda::EventSourceMapping"],
  [/^sqs:/, "AWS::SQS::Queue"],
  [/^sns:/, "AWS::SNS::Topic"],
  [/^logs:.*:log-group:/, "AWS::Logs::LogGroup"],
  [/^events:.*:rule\//, "AWS::Events::Rule"],
  [/^scheduler:.*:schedule-group\//, "AWS::Scheduler::ScheduleGroup"],
  [/^iam:.*:role\//, "AWS::IAM::Role"],
  [/^apigateway:.*\/stages\//, "AWS::ApiGatewayV2::Stage"],
  [/^apigateway:/, "AWS::ApiGatewayV2::Api"],
  [/^secretsmanager:/, "AWS::SecretsManager::Secret"],
  [/^cloudformation:.*:stack\//, "AWS::CloudFormation::Stack"],
  [/^ecr:.*:repository\//, "AWS::ECR::Repository"],
  [/^iot:.*:rule\//, "AWS::IoT::TopicRule"],
];

export function typeOfArn(arn: string): string {
  const rest = arn.split(":").slice(2).join(":");
  return types.find(([pattern]) => pattern.test(rest))?.[1] ?? rest.split(":", 1)[0] ?? arn;
}

/** Types that AWS finds by tag wherever they carry one. */
const foundByTag = new Set([
  "AWS::S3::Bucket",
  "AWS::Lambda::Function",
  "AWS::SQS::Queue",
  "AWS::SNS::Topic",
  "AWS::Logs::LogGroup",
]);

/** What the tags do not show may only be slow to show up, so CloudFormation is asked before it counts as gone. */
export async function isThere(
  aws: Aws,
  stack: string,
  resource: StackResource,
  tagged: readonly string[],
): Promise<boolean> {
  const { type, logicalId } = resource;
  if (!foundByTag.has(type) || tagged.some((arn) => isArnOf(arn, resource))) return true;
  const { DetectStackResourceDriftCommand } = await import("@aws-sdk/client-cloudformation");
  const client = await aws.cloudFormation();
  const call = new DetectStackResourceDriftCommand({ StackName: stack, LogicalResourceId: logicalId });
  const { StackResourceDrift } = await explained(`ask whether ${resource.physicalId} is there`, () =>
    client.send(call),
  );
  return StackResourceDrift?.StackResourceDriftStatus !== "DELETED";
}

export function isArnOf(arn: string, { type, physicalId }: StackResource): boolean {
  const name = type === "AWS::SQS::Queue" ? physicalId.slice(physicalId.lastIndexOf("/") + 1) : physicalId;
  return arn === name || arn.endsWith(`:${name}`) || arn.endsWith(`:${name}:*`);
}
