// Objects that appear or go: S3 tells EventBridge, and a rule per store and change picks what was asked for.
import { type FunctionDescription, reservedKeyPrefix } from "@faasade/core/adapter";
import { entryName } from "./names.ts";
import { placeOf } from "./places.ts";
import { deadLettersId, type Plan, permit, type Started, startedBy } from "./plan.ts";
import type { Sender } from "./queues.ts";
import { attribute, type Json } from "./values.ts";

type ObjectTrigger = Extract<FunctionDescription["trigger"], { kind: "object" }>;

const detailTypes: Readonly<Record<string, string>> = {
  created: "Object Created",
  removed: "Object Deleted",
};
/** What EventBridge does of itself, written down. */
const retries = { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: 24 * 3600 };

/** Returns who may send dead letters. A unit finds the functions an object starts by itself: one rule serves them all. */
export function addObjectRules(plan: Plan): Sender[] {
  const rules = Map.groupBy(
    startedBy(plan, "object"),
    ({ unit, trigger }) => `${unit.id} ${trigger.store} ${trigger.change}`,
  );
  return [...rules.values()].map((started) => addRule(plan, started));
}

function addRule(plan: Plan, started: readonly Started<"object">[]): Sender {
  const [{ fn, trigger, unit }] = started as readonly [Started<"object">];
  const id = entryName(fn.name, "Rule");
  const { name } = placeOf(plan, { kind: "object-store", name: trigger.store });
  const names = started.map((one) => one.fn.name).join(", ");
  plan.template.resource(id, "AWS::Events::Rule", {
    Description: `${names}: objects ${trigger.change} in ${trigger.store}`.slice(0, 512),
    State: "ENABLED",
    EventPattern: {
      source: ["aws.s3"],
      "detail-type": [detailTypes[trigger.change] as string],
      detail: {
        bucket: { name: [name as Json] },
        object: { key: keysOf(started.map((one) => one.trigger)) },
      },
    },
    Targets: [
      {
        Id: "function",
        Arn: attribute(unit.id, "Arn"),
        RetryPolicy: retries,
        DeadLetterConfig: { Arn: attribute(deadLettersId, "Arn") },
      },
    ],
  });
  const sender = { service: "events.amazonaws.com", source: attribute(id, "Arn") };
  permit(plan, unit, `${id}Permission`, sender);
  return sender;
}

/**
 * The keys that any of the triggers asks for. A pattern cannot ask for a prefix and a suffix both, so with a prefix
 * the function looks at the suffix.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
function keysOf(triggers: readonly ObjectTrigger[]): Json {
  const keys = triggers.flatMap(({ prefix = "", suffix }): Json[] => {
    if (prefix !== "") return [{ prefix }];
    if (suffix === undefined || suffix.length === 0) return [everyKey];
    return suffix.map((ending) => ({ suffix: { "equals-ignore-case": ending } }));
  });
  return keys.includes(everyKey) ? [everyKey] : keys;
}

const everyKey: Json = { "anything-but": { prefix: reservedKeyPrefix } };
