// Accounts and namespaces that hold stores, queues and topics: created with the app, or one that exists.
import { type Expression, expression, interpolate, type Value } from "./bicep.ts";
import { symbol } from "./names.ts";
import type { Plan } from "./plan.ts";

export interface Account {
  /** Of what exists by then. */
  readonly symbol: string;
  /** The symbol of what is created, where that is. */
  readonly created?: string;
  /** A condition in Bicep: whether it is created. */
  readonly when?: string;
  readonly name: Expression;
}

interface AccountType {
  readonly symbol: string;
  readonly type: string;
  readonly title: string;
  readonly ownName: (plan: Plan) => Expression;
  readonly body: { readonly [field: string]: Value };
}

export type AccountKind = "data" | "serviceBus" | "eventHubs";

/** Names are unique in all of Azure; the suffix is the same for the same group and app. */
export function uniqueName(prefix: string, { labels }: Plan): Expression {
  return interpolate`${prefix}${expression(`uniqueString(resourceGroup().id, '${labels["faasade-deployment"]}')`)}`;
}

/** No keys, no public blobs, and TLS 1.2 at least. */
export const storageBody: { readonly [field: string]: Value } = {
  location: expression("location"),
  kind: "StorageV2",
  sku: { name: "Standard_LRS" },
  properties: {
    allowBlobPublicAccess: false,
    allowSharedKeyAccess: false,
    defaultToOAuthAuthentication: true,
    minimumTlsVersion: "TLS1_2",
    supportsHttpsTrafficOnly: true,
  },
};

const namespaceBody = (tier: string): AccountType["body"] => ({
  location: expression("location"),
  sku: { name: tier, tier },
  properties: { disableLocalAuth: true, minimumTlsVersion: "1.2" },
});

export const accountTypes: Readonly<Record<AccountKind, AccountType>> = {
  data: {
    symbol: "data",
    type: "Microsoft.Storage/storageAccounts@2023-05-01",
    title: "storage account",
    ownName: (plan) => uniqueName("data", plan),
    body: storageBody,
  },
  serviceBus: {
    symbol: "serviceBus",
    type: "Microsoft.ServiceBus/namespaces@2024-01-01",
    title: "Service Bus namespace",
    ownName: (plan) => uniqueName("messages-", plan),
    body: namespaceBody("Standard"),
  },
  eventHubs: {
    symbol: "eventHubs",
    type: "Microsoft.EventHub/namespaces@2024-01-01",
    title: "Event Hubs namespace",
    ownName: (plan) => uniqueName("events-", plan),
    body: namespaceBody("Standard"),
  },
};

/** The app's own; adding it again changes nothing. */
export function ownAccount(plan: Plan, kind: AccountKind): Account {
  const { template } = plan;
  const { symbol: id, type, title, ownName, body } = accountTypes[kind];
  const parameter = `${id}Name`;
  template.parameter(parameter, {
    type: "string",
    description: `A ${title} of this resource group to use, with what the app needs in it; empty: one is created.`,
    default: "",
  });
  const when = `empty(${parameter})`;
  const own = template.variable(`${id}OwnName`, ownName(plan));
  const name = template.variable(`${id}AnyName`, expression(`${when} ? ${own.text} : ${parameter}`));
  template.resource(`${id}Created`, type, { name: own, ...body }, { when });
  template.existing(id, type, { name });
  return { symbol: id, created: `${id}Created`, when, name };
}

/** Where what another app deploys is: the operator says so. */
export function foreignAccount({ template }: Plan, kind: AccountKind, resource: string): Account {
  const { type, title } = accountTypes[kind];
  const id = symbol(resource, "Account");
  const name = template.parameter(`${id}Name`, {
    type: "string",
    description: `The ${title} of this resource group in which ${resource} is, which another app deploys.`,
    minLength: 1,
  });
  template.existing(id, type, { name });
  return { symbol: id, name };
}
