// What a function takes messages by: a subscription of a topic, a consumer group of a stream, a queue's poison.
import { toVariable } from "@faasade/core/adapter";
import { resourceOf, type Started, startedBy } from "../../shared/manifest/deployment.ts";
import { expression, interpolate } from "./bicep.ts";
import { receivingOf } from "./drivers.ts";
import { plain, symbol } from "./names.ts";
import { placeOf } from "./places.ts";
import type { Plan } from "./plan.ts";
import { assign } from "./roles.ts";

export function addMessageSources(plan: Plan): void {
  for (const started of startedBy(plan, "message")) addSource(plan, started);
}

function addSource(plan: Plan, { fn, trigger }: Started<"message">): void {
  const named = { kind: trigger.sourceKind, name: trigger.source };
  const { driver } = resourceOf(plan, named);
  const place = placeOf(plan, named);
  const { template, settings } = plan;
  const own = toVariable(fn.name);
  const part = plain(fn.name, 50);
  if (driver === "iot-hub") settings.set(`${own}_CONSUMER_GROUP`, consumerGroup(plan, fn.name));
  if (place === undefined) return;
  const after = place.created === undefined ? {} : { dependsOn: [expression(place.created)] };
  const at = { parent: expression(place.symbol), name: part };
  if (driver === "service-bus" && trigger.sourceKind === "topic") {
    const properties = receivingOf(plan, trigger.source);
    const type = "Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01";
    template.resource(symbol(fn.name, "Subscription"), type, { ...at, properties, ...after });
    settings.set(`${own}_SUBSCRIPTION`, part);
  }
  if (driver === "event-hubs") {
    const type = "Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01";
    template.resource(symbol(fn.name, "ConsumerGroup"), type, { ...at, ...after });
    settings.set(`${own}_CONSUMER_GROUP`, part);
  }
  if (driver !== "storage-queue") return;
  const poison = symbol(trigger.source, "Poison");
  template.resource(poison, "Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01", {
    parent: expression(`${place.account.symbol}Queues`),
    name: interpolate`${place.name}-poison`,
    ...after,
  });
  assign(plan, { role: "Storage Queue Data Message Sender", on: poison });
}

function consumerGroup({ template }: Plan, functionName: string) {
  return template.parameter(symbol(functionName, "ConsumerGroup"), {
    type: "string",
    description: `The consumer group of the IoT hub that ${functionName} reads by, and nobody else.`,
    default: "$Default",
  });
}
