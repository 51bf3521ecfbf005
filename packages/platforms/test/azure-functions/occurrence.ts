// What happens at Azure that starts a function, and what a host makes of it: an invocation of each that listens.
import type { MessageService } from "../../src/azure-functions/bindings.ts";
import type { FunctionsHost, Handed, HostFunction, Outputs } from "../../src/azure-functions/here/host.ts";
import {
  manyMetadata,
  messageMetadata,
  type NativeMessage,
} from "../../src/azure-functions/here/trigger-metadata.ts";
import type { ClientReply, ClientRequest } from "../conformance/column.ts";

export type Occurrence =
  | { readonly kind: "request"; readonly request: ClientRequest }
  /** An event that Event Grid has a subscription for, from each of the functions. */
  | { readonly kind: "grid"; readonly functions: readonly string[]; readonly event: unknown }
  | {
      readonly kind: "messages";
      readonly service: MessageService;
      readonly source: string;
      readonly messages: readonly NativeMessage[];
    }
  | {
      readonly kind: "timer";
      readonly app: string;
      readonly function: string;
      readonly timer: unknown;
      readonly retry?: number;
    };

/** What came of an invocation: what it put out, by binding. Else the host has an exception. */
export interface Invoked {
  readonly outputs: Outputs;
}

/** What a host makes of an occurrence: a reply, or what each invocation came to; none when nobody listens. */
export type Outcome = { readonly reply: ClientReply } | { readonly invoked: readonly Invoked[] };

export async function deliver(host: FunctionsHost, occurrence: Occurrence): Promise<Outcome> {
  if (occurrence.kind === "request") return { reply: await host.request(occurrence.request) };
  const handings = handingsOf(host.functions, occurrence);
  const invoke = async ([name, handed]: readonly [string, Handed]): Promise<Invoked> => ({
    outputs: await host.handOver(name, handed),
  });
  return { invoked: await Promise.all(handings.map(invoke)) };
}

function handingsOf(
  functions: readonly HostFunction[],
  occurrence: Exclude<Occurrence, { kind: "request" }>,
): (readonly [name: string, handed: Handed])[] {
  const has = (name: string, type: string): boolean =>
    functions.some((one) => one.name === name && one.trigger.type === type);
  switch (occurrence.kind) {
    case "grid":
      return occurrence.functions
        .filter((name) => has(name, "eventGridTrigger"))
        .map((name) => [name, { data: occurrence.event, metadata: {} }]);
    case "timer": {
      const { app, function: name, timer: data, retry: retryCount = 0 } = occurrence;
      const isDue = app === "suite" && has(name, "timerTrigger");
      return isDue ? [[name, { data, metadata: {}, retryCount }]] : [];
    }
    case "messages":
      return messageHandings(functions, occurrence);
  }
}

const triggerTypes: Readonly<Record<MessageService, string>> = {
  "service-bus": "serviceBusTrigger",
  "storage-queue": "queueTrigger",
  "event-hubs": "eventHubTrigger",
  "iot-hub": "eventHubTrigger",
};

function messageHandings(
  functions: readonly HostFunction[],
  { service, source, messages }: Extract<Occurrence, { kind: "messages" }>,
): (readonly [name: string, handed: Handed])[] {
  const setting = `%${source.replaceAll("-", "_").toUpperCase()}_NAME%`;
  const listening = functions.find(
    ({ trigger }) =>
      trigger.type === triggerTypes[service] &&
      [trigger["queueName"], trigger["topicName"], trigger["eventHubName"]].includes(setting),
  );
  if (listening === undefined) return [];
  const { name, trigger } = listening;
  const isStream = trigger.type === "eventHubTrigger";
  const retryCount = isStream ? (messages[0]?.attempt ?? 1) - 1 : 0;
  if (trigger["cardinality"] === "many") {
    const data = messages.map(({ body }) => body);
    return [[name, { data, metadata: manyMetadata(service, source, messages), retryCount }]];
  }
  return messages.map((message) => [
    name,
    { data: message.body, metadata: messageMetadata(service, source, message), retryCount },
  ]);
}
