// What the host tells beside a message, as the services' extensions bind it.
import type { MessageService } from "../bindings.ts";

export interface NativeMessage {
  readonly id: string;
  readonly body: Uint8Array;
  /** RFC 3339. */
  readonly time: string;
  /** How many deliveries this one makes. */
  readonly attempt: number;
}

export function messageMetadata(
  service: MessageService,
  source: string,
  { id, time, attempt }: NativeMessage,
): Record<string, unknown> {
  if (service === "storage-queue")
    return {
      Id: id,
      DequeueCount: attempt,
      InsertionTime: time.replace("Z", "+00:00"),
      ExpirationTime: "2027-01-01T00:00:00+00:00",
      NextVisibleTime: "2026-03-29T01:10:00+00:00",
      PopReceipt: "AgAAAAMAAAAAAAAA",
    };
  if (service === "service-bus")
    return {
      MessageId: id,
      DeliveryCount: attempt,
      EnqueuedTimeUtc: time,
      SequenceNumber: 7,
      LockToken: "b0a8c4c1-5d4c-4f0e-9f0e-0c1f7d1b2a3d",
      ApplicationProperties: {},
    };
  const hub = service === "iot-hub" ? "iothub-ehub-acme" : source;
  return {
    PartitionContext: {
      FullyQualifiedNamespace: "acme.servicebus.windows.net",
      EventHubName: hub,
      ConsumerGroup: "$Default",
      PartitionId: "1",
    },
    Offset: "8589936472",
    SequenceNumber: 44,
    EnqueuedTimeUtc: time,
    Properties: {},
    SystemProperties: {
      "message-id": id,
      ...(service === "iot-hub" ? { "iothub-connection-device-id": "roof" } : {}),
    },
  };
}

/** Of a function that takes several: the same, in lists side by side. */
export function manyMetadata(
  service: MessageService,
  source: string,
  messages: readonly NativeMessage[],
): Record<string, unknown> {
  const all = messages.map((message) => messageMetadata(service, source, message));
  const { PartitionContext, ...rest } = all[0] ?? {};
  const lists = Object.keys(rest).map((name) => [`${name}Array`, all.map((one) => one[name])] as const);
  return { PartitionContext, ...Object.fromEntries(lists) };
}
