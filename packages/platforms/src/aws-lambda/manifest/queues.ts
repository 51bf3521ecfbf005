// SQS queues: one per queue of the app with its own dead letters, and the app's dead letters for everything else.
import { entryName, physicalName } from "./names.ts";
import { foreignArn, type Place } from "./place.ts";
import { deadLettersId, isForeign, type Plan, startedBy } from "./plan.ts";
import { attribute, choose, type Json, type Properties, partOfArn, ref, substitute } from "./values.ts";

const fourteenDays = 14 * 24 * 3600;
const mostCharacters = 80;
/** What SQS takes for `maxReceiveCount`. */
const mostReceives = 1000;

/** Who puts dead letters into the app's queue: a service of AWS, on behalf of one rule or topic. */
export interface Sender {
  readonly service: string;
  readonly source: Json;
}

export function createQueue(plan: Plan, queue: string): Place {
  if (isForeign(plan, queue)) return placeOfQueue(foreignArn(plan, queue, "Queue"));
  const { template } = plan;
  const id = entryName(queue, "Queue");
  const parameter = `${id}Arn`;
  const condition = `Create${id}`;
  template.parameter(parameter, {
    Type: "String",
    Description: `The ARN of an SQS queue to use for ${queue}, with dead letters of its own; empty: one is created.`,
    Default: "",
  });
  template.condition(condition, { "Fn::Equals": [ref(parameter), ""] });
  const on = { Condition: condition };
  const deadLetters = `${id}${deadLettersId}`;
  addQueue(plan, deadLetters, `${queue}-dead-letters`, {}, on);
  addQueue(plan, id, queue, receivingOf(plan, queue, deadLetters), on);
  template.output(deadLetters, `Messages of ${queue} that were given up.`, ref(deadLetters), condition);
  return placeOfQueue(choose(condition, attribute(id, "Arn"), ref(parameter)));
}

/** The queue of events that failed as often as they may: schedules, objects, topics and calls. */
export function createDeadLetters(plan: Plan, senders: readonly Sender[]): void {
  addQueue(plan, deadLettersId, "dead-letters", {}, {}, senders);
  plan.template.output(deadLettersId, "Events that were given up.", ref(deadLettersId));
}

/** How often a message is delivered, and how long it is hidden meanwhile: six times its function's time, as AWS asks. */
function receivingOf(plan: Plan, queue: string, deadLetters: string): Properties {
  const receiver = startedBy(plan, "message").find(({ trigger }) => trigger.source === queue);
  if (receiver === undefined) return {};
  const { fn, trigger, unit } = receiver;
  return {
    VisibilityTimeout: 6 * unit.timeoutSeconds + Math.ceil(trigger.batch?.windowSeconds ?? 0),
    RedrivePolicy: {
      deadLetterTargetArn: attribute(deadLetters, "Arn"),
      maxReceiveCount: Math.min(fn.maxAttempts, mostReceives),
    },
  };
}

function addQueue(
  { template, labels }: Plan,
  id: string,
  part: string,
  properties: Properties,
  attributes: Properties,
  senders: readonly Sender[] = [],
): void {
  const queue = {
    QueueName: physicalName(labels["faasade-deployment"], part, "queue", mostCharacters),
    SqsManagedSseEnabled: true,
    MessageRetentionPeriod: fourteenDays,
    ...properties,
  };
  template.resource(id, "AWS::SQS::Queue", queue, attributes);
  const Resource = attribute(id, "Arn");
  const policy = {
    Queues: [ref(id)],
    PolicyDocument: {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyOverTls",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        ...senders.map(({ service, source }, index) => ({
          Sid: `Sender${index + 1}`,
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sqs:SendMessage",
          Resource,
          Condition: { ArnEquals: { "aws:SourceArn": source } },
        })),
      ],
    },
  };
  template.resource(`${id}Policy`, "AWS::SQS::QueuePolicy", policy, attributes);
}

function placeOfQueue(arn: Json): Place {
  const parts = { Name: partOfArn(arn, 5), Region: partOfArn(arn, 3), Account: partOfArn(arn, 4) };
  return { arn, url: substitute(`https://sqs.\${Region}.\${AWS::URLSuffix}/\${Account}/\${Name}`, parts) };
}
