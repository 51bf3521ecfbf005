// Triggers for tests, of sources without a driver.
import {
  type MessageSource,
  messageReceived,
  objectCreated,
  objectRemoved,
  type Resource,
} from "@faasade/core";

const anything = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) },
} as const;

export function source(name: string, format: "cloudevents" | "raw" = "raw"): MessageSource {
  const parts = { kind: "queue", name, schema: anything, format, connect: () => undefined };
  return parts as unknown as MessageSource;
}

export const received = (name: string, format: "cloudevents" | "raw" = "raw") =>
  messageReceived(source(name, format));
export const receivedInBatches = (name: string) => messageReceived(source(name), { batch: {} });

function store(name: string): Resource<"object-store"> {
  return { kind: "object-store", name, connect: () => undefined };
}

export const created = (name: string) => objectCreated(store(name));
export const removed = (name: string) => objectRemoved(store(name));
