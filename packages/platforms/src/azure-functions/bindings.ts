// Bindings as Azure's host reads them: what `app.generic` registers, and what function.json holds.
import { toVariable } from "@faasade/core/adapter";

/** The services that messages come from, by the scheme of their URL, which is their driver's name. */
export type MessageService = "service-bus" | "storage-queue" | "event-hubs" | "iot-hub";

export interface Binding {
  readonly type: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

/** What the trigger is called where an invocation names it. */
export const triggerName = "event";
export const deadLettersName = "deadLetters";
/** The container, in the storage account of the function app. */
export const deadLettersContainer = "dead-letters";

const services: Readonly<Record<MessageService, (source: MessageSource) => object>> = {
  "service-bus": ({ variable, taker, kind }) => ({
    type: "serviceBusTrigger",
    ...(kind === "queue"
      ? { queueName: `%${variable}_NAME%` }
      : { topicName: `%${variable}_NAME%`, subscriptionName: `%${taker}_SUBSCRIPTION%` }),
    // Several at once are all redelivered when one fails, and dead-lettered with it.
    cardinality: "one",
  }),
  "storage-queue": ({ variable }) => ({ type: "queueTrigger", queueName: `%${variable}_NAME%` }),
  "event-hubs": hub,
  "iot-hub": hub,
};

interface MessageSource {
  /** The name of the source, and of the function, as settings spell them. */
  readonly variable: string;
  readonly taker: string;
  readonly kind: "queue" | "topic";
  readonly isBatch: boolean;
}

function hub({ variable, taker, isBatch }: MessageSource): object {
  return {
    type: "eventHubTrigger",
    eventHubName: `%${variable}_NAME%`,
    consumerGroup: `%${taker}_CONSUMER_GROUP%`,
    cardinality: isBatch ? "many" : "one",
  };
}

/** The service that a URL names; undefined when it is none that starts functions here. */
export function serviceOf(url: string | undefined): MessageService | undefined {
  const scheme = /^([a-z-]+):/.exec(url ?? "")?.[1];
  return scheme !== undefined && Object.hasOwn(services, scheme) ? (scheme as MessageService) : undefined;
}

/** As bytes: of a text the host makes a string that the worker parses as JSON wherever it can. */
export function messageBinding(
  service: MessageService,
  functionName: string,
  source: { readonly name: string; readonly kind: "queue" | "topic" },
  isBatch: boolean,
): Binding {
  const variable = toVariable(source.name);
  const binding = services[service]({
    variable,
    taker: toVariable(functionName),
    kind: source.kind,
    isBatch,
  });
  return { ...binding, name: triggerName, connection: variable, dataType: "binary" } as unknown as Binding;
}

/** @param schedule six fields, seconds first. */
export function timerBinding(schedule: string): Binding {
  return { type: "timerTrigger", name: triggerName, schedule, useMonitor: true };
}

export const eventGridBinding: Binding = { type: "eventGridTrigger", name: triggerName };

/** Where an event goes that the platform would otherwise drop: a blob of its own. */
export function deadLettersBinding(app: string, functionName: string): Binding {
  return {
    type: "blob",
    name: deadLettersName,
    path: `${deadLettersContainer}/${app}/${functionName}/{rand-guid}.json`,
    connection: "AzureWebJobsStorage",
  };
}

/** Whether a failure is dropped by the platform after its retries, so that we keep what failed. */
export function isDropped(binding: Binding): boolean {
  return binding.type === "timerTrigger" || binding.type === "eventHubTrigger";
}

/** A retry policy, which has an effect for timers and Event Hubs only. */
export interface Retry {
  readonly strategy: "exponentialBackoff";
  readonly maxRetryCount: number;
  readonly minimumInterval: string;
  readonly maximumInterval: string;
}

/** Nothing where there is to be one attempt. */
export function retryOf(attempts: number): { readonly retry?: Retry } {
  if (attempts <= 1) return {};
  const [minimumInterval, maximumInterval] = ["00:00:02", "00:01:00"] as const;
  return {
    retry: {
      strategy: "exponentialBackoff",
      maxRetryCount: attempts - 1,
      minimumInterval,
      maximumInterval,
    },
  };
}
