// The least a function's role needs, from its grants and nothing else.
import type { FunctionDescription, Grant } from "@faasade/core/adapter";
import { objectsOf } from "./buckets.ts";
import { entryName } from "./names.ts";
import { placeOf } from "./places.ts";
import { deadLettersId, type Plan, type Unit } from "./plan.ts";
import { attribute, type Json } from "./values.ts";

type Actions = Readonly<Partial<Record<Grant["access"], readonly string[]>>>;

const readObjects = ["s3:GetObject"];
const writeObjects = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"];

/** On what a bucket holds. What an event says of an object is in the event: a trigger reads nothing. */
const onObjects: Actions = {
  read: readObjects,
  write: writeObjects,
  readWrite: [...readObjects, ...writeObjects],
};

/** On the thing itself. Without `s3:ListBucket`, S3 refuses to say that an object is absent. */
const onResource: Readonly<Record<string, Actions>> = {
  "object-store": { read: ["s3:ListBucket"], readWrite: ["s3:ListBucket"] },
  queue: {
    send: ["sqs:SendMessage"],
    trigger: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  },
  topic: { send: ["sns:Publish"] },
  function: { call: ["lambda:InvokeFunction"] },
};

/** The role of a unit: its own log groups, its dead letters, and what its functions were granted. */
export function addRole(plan: Plan, unit: Unit, id: string, logs: Json): void {
  const grants = new Map(unit.functions.flatMap(({ grants }) => grants.map((one) => [keyOf(one), one])));
  const Statement = [
    allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], logs),
    ...(hasDeadLetters(unit)
      ? [allow(deadLettersId, ["sqs:SendMessage"], attribute(deadLettersId, "Arn"))]
      : []),
    ...[...grants.values()].flatMap((grant) => statementsOf(plan, grant)),
  ];
  plan.template.resource(id, "AWS::IAM::Role", {
    AssumeRolePolicyDocument: trust("lambda.amazonaws.com"),
    Policies: [{ PolicyName: "uses", PolicyDocument: { Version: "2012-10-17", Statement } }],
  });
}

/** Whether AWS Lambda itself delivers events to the unit, and so gives them up. */
export function hasDeadLetters({ functions }: Unit): boolean {
  return functions.some(isAsynchronous);
}

/** An event that AWS Lambda keeps for the function, and tries again by itself. */
export function isAsynchronous({ trigger }: FunctionDescription): boolean {
  if (trigger.kind === "message") return trigger.sourceKind === "topic";
  return trigger.kind !== "http";
}

export function trust(service: string, condition?: Json): Json {
  const on = condition === undefined ? {} : { Condition: condition };
  const one = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", ...on };
  return { Version: "2012-10-17", Statement: [one] };
}

export function allow(Sid: string, Action: readonly string[], Resource: Json): Json {
  return { Sid, Effect: "Allow", Action, Resource };
}

function statementsOf(plan: Plan, grant: Grant): Json[] {
  if (grant.kind === "secret") return [];
  const { arn, name } = placeOf(plan, grant);
  if (arn === undefined) return [];
  const sid = entryName(`${grant.kind}-${grant.name}-${grant.access}`, "");
  const itself = onResource[grant.kind]?.[grant.access] ?? [];
  const objects = grant.kind === "object-store" ? (onObjects[grant.access] ?? []) : [];
  return [
    ...(itself.length === 0 ? [] : [allow(sid, itself, arn)]),
    ...(objects.length === 0 || name === undefined ? [] : [allow(`${sid}Objects`, objects, objectsOf(name))]),
  ];
}

function keyOf({ kind, name, access }: Grant): string {
  return `${kind} ${name} ${access}`;
}
