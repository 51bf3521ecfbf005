// What every manifest promises, whatever the app.
import { urlVariable } from "@faasade/core/adapter";
import { expect } from "vitest";
import type { Deployment } from "../../src/shared/platform.ts";
import {
  circleIn,
  type ReadTemplate,
  referencesOf,
  resourcesOf,
  statementsOf,
  templateOf,
  variablesOf,
} from "./read-template.ts";

/** AWS gives these no tags; whatever they belong to has them. */
const untaggable = new Set([
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::Lambda::Permission",
  "AWS::Lambda::WebFunctionEndpoint",
  "AWS::Lambda::WebFunctionRevision",
  "AWS::S3::BucketPolicy",
  "AWS::SNS::Subscription",
  "AWS::SNS::TopicPolicy",
  "AWS::SQS::QueuePolicy",
  "AWS::Scheduler::Schedule",
]);

export function checkTemplate(deployment: Deployment): void {
  const template = templateOf(deployment);
  checkReferences(template);
  checkLabels(template, deployment);
  checkRights(template, deployment);
  checkDeadLetters(template, deployment);
  checkEnvironments(template, deployment);
  if (deployment.packaging === "web") checkWebFunctions(template, deployment);
}

function checkReferences(template: ReadTemplate): void {
  expect(circleIn(template)).toBeUndefined();
  const known = new Set([...Object.keys(template.Parameters), ...Object.keys(template.Resources)]);
  for (const id of referencesOf([template.Resources, template.Outputs, template.Conditions]))
    if (!id.startsWith("AWS::")) expect(known, `${id} is referred to`).toContain(id);
  for (const { Condition } of Object.values(template.Resources))
    if (Condition !== undefined) expect(template.Conditions).toHaveProperty(Condition);
  // What SAM would make of these refers back to the function, or is wider than the grants.
  for (const [id, { Properties }] of resourcesOf(template, "AWS::Serverless::Function"))
    for (const property of ["Events", "Policies"]) expect(Properties, id).not.toHaveProperty(property);
}

function checkLabels(template: ReadTemplate, { app, stage }: Deployment): void {
  const labels = { "faasade-app": app, "faasade-stage": stage, "faasade-deployment": `${app}-${stage}` };
  for (const [id, { Type, Properties }] of Object.entries(template.Resources)) {
    if (untaggable.has(Type)) continue;
    const tags = Properties["Tags"];
    const read = Array.isArray(tags) ? Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) : tags;
    expect(read, id).toEqual(labels);
  }
}

function checkRights(template: ReadTemplate, { functions }: Deployment): void {
  for (const { Effect, Action, Resource, Sid } of statementsOf(template)) {
    if (Effect === "Deny") continue;
    for (const action of [Action].flat()) expect(action, Sid).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    for (const one of [Resource].flat()) {
      expect(one, Sid).not.toBe("*");
      // Only the objects of one bucket are more than one thing.
      const text = JSON.stringify(one);
      if (text.includes("*")) expect(text, Sid).toContain(`"arn:\${AWS::Partition}:s3:::\${Bucket}/*"`);
    }
  }
  for (const [id, role] of resourcesOf(template, "AWS::IAM::Role")) {
    expect(role.Properties).not.toHaveProperty("ManagedPolicyArns");
    const names = statementsOf({ Resources: { role } }).map(({ Sid }) => Sid);
    expect(new Set(names).size, `${id} names its statements`).toBe(names.length);
  }
  for (const { id, role: itsRole, own } of lambdasOf(template, functions)) {
    const granted = own.flatMap(({ grants }) => grants);
    const role = template.Resources[`${id}Role`];
    expect(itsRole).toEqual({ "Fn::GetAtt": [`${id}Role`, "Arn"] });
    const actions = statementsOf({ Resources: { role: role as never } }).flatMap(({ Action }) => Action);
    const may = (action: string): boolean => actions.includes(action);
    const asks = (kind: string, ...accesses: string[]): boolean =>
      granted.some((one) => one.kind === kind && accesses.includes(one.access));
    expect(may("s3:GetObject")).toBe(asks("object-store", "read", "readWrite"));
    expect(may("s3:ListBucket")).toBe(asks("object-store", "read", "readWrite"));
    for (const action of ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"])
      expect(may(action)).toBe(asks("object-store", "write", "readWrite"));
    for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"])
      expect(may(action)).toBe(asks("queue", "trigger"));
    expect(may("sns:Publish")).toBe(asks("topic", "send"));
    expect(may("lambda:InvokeFunction")).toBe(asks("function", "call"));
  }
}

/** Nothing that fails is lost: each way to start a function by an event has a limit and a place for what is given up. */
function checkDeadLetters(template: ReadTemplate, { functions }: Deployment): void {
  const toDeadLetters = { "Fn::GetAtt": ["DeadLetters", "Arn"] };
  for (const { id, Properties, own } of lambdasOf(template, functions)) {
    const isAsynchronous = own.some(
      ({ trigger }) =>
        trigger.kind !== "http" && !(trigger.kind === "message" && trigger.sourceKind === "queue"),
    );
    if (isAsynchronous)
      expect(Properties["EventInvokeConfig"], id).toMatchObject({
        MaximumRetryAttempts: expect.toSatisfy((retries: number) => retries >= 0 && retries <= 2),
        DestinationConfig: { OnFailure: { Type: "SQS", Destination: toDeadLetters } },
      });
    else expect(Properties).not.toHaveProperty("EventInvokeConfig");
  }
  const delivery = {
    RetryPolicy: { MaximumRetryAttempts: expect.any(Number), MaximumEventAgeInSeconds: expect.any(Number) },
    DeadLetterConfig: { Arn: toDeadLetters },
  };
  for (const [id, { Properties }] of resourcesOf(template, "AWS::Events::Rule")) {
    expect(Properties["Targets"]).toEqual([expect.objectContaining(delivery)]);
    const senders = JSON.stringify(template.Resources["DeadLettersPolicy"]);
    expect(senders, `${id} may send dead letters`).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
  }
  for (const [, { Properties }] of resourcesOf(template, "AWS::Scheduler::Schedule"))
    expect(Properties["Target"]).toMatchObject(delivery);
  for (const [, { Properties }] of resourcesOf(template, "AWS::SNS::Subscription"))
    expect(Properties["RedrivePolicy"]).toEqual({ deadLetterTargetArn: toDeadLetters });
  for (const [, { Properties }] of resourcesOf(template, "AWS::Lambda::EventSourceMapping"))
    expect(Properties["FunctionResponseTypes"]).toEqual(["ReportBatchItemFailures"]);
  for (const { trigger } of functions) {
    if (trigger.kind !== "message" || trigger.sourceKind !== "queue" || trigger.source.includes("/"))
      continue;
    const queues = resourcesOf(template, "AWS::SQS::Queue").map(([, { Properties }]) => Properties);
    const source = queues.find(({ QueueName }) => String(QueueName).endsWith(`-${trigger.source}`));
    expect(source?.["RedrivePolicy"]).toMatchObject({ maxReceiveCount: expect.any(Number) });
  }
}

function checkEnvironments(template: ReadTemplate, { functions }: Deployment): void {
  for (const { variables, own } of lambdasOf(template, functions)) {
    const wanted = own.flatMap(({ grants, settings }) => [
      ...grants.map(({ kind, name }) => (kind === "secret" ? name : urlVariable(name))),
      ...settings.map(({ variable }) => variable),
    ]);
    const isServed = functions.some(({ trigger }) => trigger.kind === "http");
    expect(Object.keys(variables).sort()).toEqual(
      [...new Set([...wanted, ...(isServed ? ["PUBLIC_URL"] : [])])].sort(),
    );
  }
  for (const [, { Properties }] of resourcesOf(template, "AWS::Serverless::Function"))
    expect(Properties).toMatchObject({
      LoggingConfig: { LogFormat: "JSON", LogGroup: { Ref: expect.any(String) } },
      Architectures: ["arm64"],
    });
}

/** Nobody comes in unsigned by the endpoint whose callers count as authenticated, and each route has its endpoint. */
function checkWebFunctions(template: ReadTemplate, { functions }: Deployment): void {
  expect(Object.values(template.Resources).map(({ Type }) => Type.split("::")[1])).not.toContain(
    "Serverless",
  );
  expect(template).not.toHaveProperty("Transform");
  const names: unknown[] = [];
  for (const { id, Properties, own } of lambdasOf(template, functions)) {
    names.push(Properties["FunctionName"]);
    expect(template.Resources[`${id}Revision`]).toMatchObject({
      DependsOn: id,
      Properties: { FunctionName: Properties["FunctionName"] },
    });
    const auths = own.flatMap(({ trigger }) => (trigger.kind === "http" ? trigger.routes : []));
    const endpoints = resourcesOf(template, "AWS::Lambda::WebFunctionEndpoint")
      .filter(([, endpoint]) => endpoint.Properties["FunctionName"] === Properties["FunctionName"])
      .map(([name, endpoint]) => {
        expect(endpoint, name).toMatchObject({
          DependsOn: id,
          Properties: {
            RevisionWeights: [{ RevisionId: { "Fn::GetAtt": [`${id}Revision`, "RevisionId"] }, Weight: 100 }],
          },
        });
        return [endpoint.Properties["EndpointName"], endpoint.Properties["AuthType"]];
      });
    expect(endpoints).toEqual([
      ...(auths.some(({ auth }) => auth !== "platform") ? [["public", "ApplicationManaged"]] : []),
      ...(auths.some(({ auth }) => auth === "platform") ? [["iam", "IamAuth"]] : []),
    ]);
  }
  expect(new Set(names).size).toBe(names.length);
}

/** Each AWS Lambda function, of events or of the web, with the functions of the app that it says it runs. */
function lambdasOf(template: ReadTemplate, functions: Deployment["functions"]) {
  const both = ["AWS::Serverless::Function", "AWS::Lambda::WebFunction"];
  return both
    .flatMap((type) => resourcesOf(template, type))
    .map(([id, { Properties, Metadata }]) => {
      const named = Metadata?.Faasade["Functions"];
      const own = functions.filter(({ name }) => Array.isArray(named) && named.includes(name));
      expect(own, `${id} runs something`).not.toEqual([]);
      const service = template.Resources[`${id}Revision`]?.Properties["ServiceConfig"];
      const role = Object(service ?? Properties)[
        service === undefined ? "Role" : "ExecutionRoleArn"
      ] as unknown;
      return { id, Properties, own, role, variables: variablesOf(template, id) };
    });
}
