// Who may do what: built-in roles for the identity of the function app, each on one thing.
import type { Grant } from "@faasade/core/adapter";
import { expression } from "./bicep.ts";
import type { Plan } from "./plan.ts";

/** https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const roles = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Blob Data Contributor": "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
  "Storage Blob Data Reader": "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
  "Storage Queue Data Reader": "19e7f393-937e-4f77-808e-94535e297925",
  "Storage Queue Data Message Processor": "8a0f0c08-91a1-4084-bc3d-661d67233fed",
  "Storage Queue Data Message Sender": "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
  "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
  "Azure Service Bus Data Sender": "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
  "Azure Event Hubs Data Receiver": "a638d3c7-ab3a-418d-83e6-5f17a39d4fde",
  "Azure Event Hubs Data Sender": "2b629674-e913-4c01-ae53-ef4638d8f975",
  "Key Vault Secrets User": "4633458b-17de-408a-b874-0445c86b69e6",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
} as const;

export type Role = keyof typeof roles;
type ByAccess = Readonly<Partial<Record<Grant["access"], readonly Role[]>>>;

/**
 * By driver. There is no built-in role that only writes. What an event says of an object is in the event: a trigger
 * reads nothing.
 */
export const rolesOfDriver: Readonly<Record<string, ByAccess>> = {
  "azure-blob": {
    read: ["Storage Blob Data Reader"],
    write: ["Storage Blob Data Contributor"],
    readWrite: ["Storage Blob Data Contributor"],
  },
  "storage-queue": {
    trigger: ["Storage Queue Data Reader", "Storage Queue Data Message Processor"],
    send: ["Storage Queue Data Message Sender"],
  },
  "service-bus": { trigger: ["Azure Service Bus Data Receiver"], send: ["Azure Service Bus Data Sender"] },
  "event-hubs": { trigger: ["Azure Event Hubs Data Receiver"], send: ["Azure Event Hubs Data Sender"] },
};

export interface Assignment {
  readonly role: Role;
  /** The symbol of what it is on. */
  readonly on: string;
  /** What must be there before. */
  readonly after?: string;
  /** The symbol of whose identity it is for; the function app's unless given. */
  readonly of?: string;
}

/** Returns its symbol. */
export function assign({ template }: Plan, { role, on, after, of = "site" }: Assignment): string {
  const id = roles[role];
  const name = `${on}${of === "site" ? "" : `For${of}`}${role.replaceAll(" ", "")}`;
  template.resource(name, "Microsoft.Authorization/roleAssignments@2022-04-01", {
    name: expression(`guid(${on}.id, ${of}.id, '${id}')`),
    scope: expression(on),
    properties: {
      principalId: expression(`${of}.identity.principalId`),
      principalType: "ServicePrincipal",
      roleDefinitionId: expression(
        `subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '${id}')`,
      ),
    },
    ...(after === undefined ? {} : { dependsOn: [expression(after)] }),
  });
  return name;
}
