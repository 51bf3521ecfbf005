// The drivers whose resources are Azure's own: what each is there, and how the host reaches it.
import type { Grant } from "@faasade/core/adapter";
import { startedBy } from "../../shared/manifest/deployment.ts";
import type { AccountKind } from "./accounts.ts";
import { type Expression, expression, interpolate, type Value } from "./bicep.ts";
import type { Plan } from "./plan.ts";

export type Named = Pick<Grant, "kind" | "name">;

export interface Driver {
  readonly account: AccountKind;
  /** What it is in, of the account; absent where it is in the account itself. */
  readonly within?: { readonly symbol: string; readonly type: string };
  readonly type: (kind: string) => string;
  readonly what: string;
  readonly properties: (plan: Plan, named: Named) => { readonly [field: string]: Value };
  /** How the host reaches the account, as `<NAME>__<this>`. */
  readonly connection?: (account: Expression) => readonly [string, Value];
}

const storage = "Microsoft.Storage/storageAccounts";
const mostDeliveries = 2000;
const mostLockSeconds = 300;

export const drivers: Readonly<Record<string, Driver>> = {
  "azure-blob": {
    account: "data",
    within: { symbol: "Blobs", type: `${storage}/blobServices@2023-05-01` },
    type: () => `${storage}/blobServices/containers@2023-05-01`,
    what: "container",
    properties: () => ({ publicAccess: "None" }),
  },
  "storage-queue": {
    account: "data",
    within: { symbol: "Queues", type: `${storage}/queueServices@2023-05-01` },
    type: () => `${storage}/queueServices/queues@2023-05-01`,
    what: "queue",
    properties: () => ({}),
    connection: (account) => [
      "queueServiceUri",
      interpolate`https://${account}.queue.${expression("environment().suffixes.storage")}`,
    ],
  },
  "service-bus": {
    account: "serviceBus",
    type: (kind) => `Microsoft.ServiceBus/namespaces/${kind === "queue" ? "queues" : "topics"}@2024-01-01`,
    what: "queue or topic",
    properties: (plan, { kind, name }) => (kind === "queue" ? receivingOf(plan, name) : {}),
    connection: busHost,
  },
  "event-hubs": {
    account: "eventHubs",
    type: () => "Microsoft.EventHub/namespaces/eventhubs@2024-01-01",
    what: "event hub",
    properties: () => ({ partitionCount: 4, messageRetentionInDays: 7 }),
    connection: busHost,
  },
};

function busHost(account: Expression): readonly [string, Value] {
  return ["fullyQualifiedNamespace", interpolate`${account}.servicebus.windows.net`];
}

/** How often Service Bus delivers, and how long it waits for an answer before it delivers again. */
export function receivingOf(plan: Plan, source: string): { readonly [field: string]: Value } {
  const receiver = startedBy(plan, "message").find(({ trigger }) => trigger.source === source);
  if (receiver === undefined) return {};
  const { fn } = receiver;
  const seconds = Math.min(mostLockSeconds, Math.max(30, Math.ceil(fn.timeoutSeconds)));
  return {
    maxDeliveryCount: Math.min(fn.maxAttempts, mostDeliveries),
    lockDuration: `PT${seconds}S`,
    deadLetteringOnMessageExpiration: true,
  };
}
