// Messages: queues are read for the function by AWS Lambda, topics deliver by themselves.
import { addDeviceRule } from "./devices.ts";
import { entryName } from "./names.ts";
import { placeOf } from "./places.ts";
import { deadLettersId, type Plan, permit, resourceOf, type Started, startedBy } from "./plan.ts";
import type { Sender } from "./queues.ts";
import { refused } from "./refusal.ts";
import { attribute, type Json, ref } from "./values.ts";

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const mostMessages = 10_000;
const mostWindowSeconds = 300;
/** More than these at once, and SQS wants a window of a second at least. */
const mostWithoutWindow = 10;

/** Returns who may send dead letters. */
export function addMessageSources(plan: Plan): Sender[] {
  const started = startedBy(plan, "message");
  addMappings(
    plan,
    started.filter(({ trigger }) => trigger.sourceKind === "queue"),
  );
  // A unit finds the functions a topic starts by itself: one subscription serves them all.
  const topics = Map.groupBy(
    started.filter(({ trigger }) => trigger.sourceKind === "topic"),
    ({ unit, trigger }) => `${unit.id} ${trigger.source}`,
  );
  return [...topics.values()].flatMap((its) => addTopic(plan, its));
}

function addMappings(plan: Plan, started: readonly Started<"message">[]): void {
  const takers = new Map<string, string>();
  for (const one of started) {
    const { source } = one.trigger;
    const other = takers.get(source);
    if (other !== undefined)
      throw refused(
        one.fn.name,
        `it takes messages of ${source} as ${other} does, and each would reach only one of them`,
        "Give each a queue, or send to a topic",
      );
    takers.set(source, one.fn.name);
    addMapping(plan, one);
  }
}

function addMapping(
  plan: Plan,
  { fn: { name }, trigger: { source, batch }, unit }: Started<"message">,
): void {
  // One at a time unless the function asks for batches, so that each message has the function's whole time.
  const size = batch?.size ?? 1;
  const windowSeconds = Math.ceil(batch?.windowSeconds ?? 0);
  if (size > mostMessages || windowSeconds > mostWindowSeconds)
    throw refused(
      name,
      `it wants batches of ${size} in ${windowSeconds} s, and SQS gives ${mostMessages} in ${mostWindowSeconds} s at most`,
      "Lower batch.size or batch.windowSeconds",
    );
  const leastWindow = size > mostWithoutWindow ? 1 : 0;
  if (windowSeconds < leastWindow)
    plan.template.note(`${name}: batches of ${size} wait up to ${leastWindow} s, the least SQS allows.`);
  plan.template.resource(entryName(name, "Messages"), "AWS::Lambda::EventSourceMapping", {
    FunctionName: ref(unit.id),
    EventSourceArn: placeOf(plan, { kind: "queue", name: source }).arn as Json,
    BatchSize: size,
    MaximumBatchingWindowInSeconds: Math.max(windowSeconds, leastWindow),
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
}

/** Returns who may send dead letters for it. */
function addTopic(plan: Plan, started: readonly Started<"message">[]): Sender[] {
  const [first] = started as readonly [Started<"message">];
  const { name, driver } = resourceOf(plan, { kind: "topic", name: first.trigger.source });
  for (const { fn, trigger } of started) {
    if (trigger.batch === undefined) continue;
    plan.template.note(`${fn.name}: ${name} delivers one message at a time, so a batch holds one.`);
  }
  if (driver === "sns") return [addSubscription(plan, first)];
  addDeviceRule(plan, first);
  return [];
}

function addSubscription(plan: Plan, { fn, trigger, unit }: Started<"message">): Sender {
  const source = placeOf(plan, { kind: "topic", name: trigger.source }).arn as Json;
  const id = entryName(fn.name, "Subscription");
  plan.template.resource(id, "AWS::SNS::Subscription", {
    TopicArn: source,
    Protocol: "lambda",
    Endpoint: attribute(unit.id, "Arn"),
    RedrivePolicy: { deadLetterTargetArn: attribute(deadLettersId, "Arn") },
  });
  const sender = { service: "sns.amazonaws.com", source };
  permit(plan, unit, `${id}Permission`, sender);
  return sender;
}
