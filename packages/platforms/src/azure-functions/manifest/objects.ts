// Objects that appear or go: Event Grid tells each function of what it waits for, by a subscription of its own.
import { reservedKeyPrefix } from "@faasade/core/adapter";
import { type Started, startedBy } from "../../shared/manifest/deployment.ts";
import { deadLettersContainer } from "../bindings.ts";
import { type Expression, expression, interpolate, type Value } from "./bicep.ts";
import { plain, symbol } from "./names.ts";
import { placeOf } from "./places.ts";
import type { Plan } from "./plan.ts";
import { refused } from "./refusal.ts";
import { assign } from "./roles.ts";

const types: Readonly<Record<string, string>> = {
  created: "Microsoft.Storage.BlobCreated",
  removed: "Microsoft.Storage.BlobDeleted",
};
/** https://learn.microsoft.com/azure/event-grid/delivery-and-retry */
export const mostDeliveries = 30;
const oneDayMinutes = 1440;
/** https://learn.microsoft.com/azure/event-grid/event-filtering */
const mostValues = 25;

/** There is nothing to subscribe before the code is there: then the same template is deployed once more. */
const whenThere = "codeIsThere";

export function addSubscriptions(plan: Plan): void {
  const started = startedBy(plan, "object");
  if (started.length === 0) return;
  plan.template.parameter(whenThere, {
    type: "bool",
    description: "Whether the functions were published: only then can events be subscribed for them.",
    default: false,
  });
  for (const one of started) addSubscription(plan, one);
}

function addSubscription(plan: Plan, { fn, trigger }: Started<"object">): void {
  const place = placeOf(plan, { kind: "object-store", name: trigger.store });
  if (place === undefined)
    throw refused(
      fn.name,
      `objects in ${trigger.store} tell nobody`,
      `Build it with azure-blob for ${trigger.store}`,
    );
  const { account } = place;
  const topic = addTopic(plan, account.symbol, account.name);
  // In its name dead letters are written, to the function app's own storage.
  const role = assign(plan, { role: "Storage Blob Data Contributor", on: "deadLetters", of: topic });
  const { template } = plan;
  const endsWith = trigger.suffix ?? [];
  if (endsWith.length > mostValues)
    throw refused(
      fn.name,
      `it waits for ${endsWith.length} suffixes, and Event Grid looks for ${mostValues}`,
      "Ask for fewer",
    );
  template.resource(
    symbol(fn.name, "Subscription"),
    "Microsoft.EventGrid/systemTopics/eventSubscriptions@2022-06-15",
    {
      parent: expression(topic),
      name: plain(fn.name, 64),
      properties: {
        eventDeliverySchema: "CloudEventSchemaV1_0",
        destination: {
          endpointType: "AzureFunction",
          properties: {
            resourceId: interpolate`${expression("site.id")}/functions/${fn.name}`,
            maxEventsPerBatch: 1,
            preferredBatchSizeInKilobytes: 64,
          },
        },
        filter: filterOf(trigger, place.name),
        retryPolicy: {
          maxDeliveryAttempts: Math.min(fn.maxAttempts, mostDeliveries),
          eventTimeToLiveInMinutes: oneDayMinutes,
        },
        deadLetterWithResourceIdentity: {
          identity: { type: "SystemAssigned" },
          deadLetterDestination: {
            endpointType: "StorageBlob",
            properties: { resourceId: expression("host.id"), blobContainerName: deadLettersContainer },
          },
        },
      },
      dependsOn: [expression(role)],
    },
    { when: whenThere },
  );
}

/** Subjects are compared without regard to case; the function looks again. */
function filterOf(
  { change, prefix = "", suffix = [] }: Started<"object">["trigger"],
  container: Expression,
): Value {
  const begin = interpolate`/blobServices/default/containers/${container}/blobs/${prefix}`;
  const [only, ...more] = suffix;
  const advanced: Value[] = [
    {
      operatorType: "StringNotBeginsWith",
      key: "Subject",
      values: [interpolate`/blobServices/default/containers/${container}/blobs/${reservedKeyPrefix}`],
    },
    ...(more.length > 0 ? [{ operatorType: "StringEndsWith", key: "Subject", values: suffix }] : []),
  ];
  return {
    includedEventTypes: [types[change] as string],
    isSubjectCaseSensitive: false,
    subjectBeginsWith: begin,
    ...(only !== undefined && more.length === 0 ? { subjectEndsWith: only } : {}),
    advancedFilters: advanced,
  };
}

/** An account has one topic, whoever waits for its changes. */
function addTopic(plan: Plan, account: string, name: Expression): string {
  const id = `${account}Changes`;
  plan.template.resource(id, "Microsoft.EventGrid/systemTopics@2022-06-15", {
    name: interpolate`${name}-changes`,
    location: expression("location"),
    identity: { type: "SystemAssigned" },
    properties: { source: expression(`${account}.id`), topicType: "Microsoft.Storage.StorageAccounts" },
    ...(account === "data" ? { dependsOn: [expression("dataCreated")] } : {}),
  });
  return id;
}
