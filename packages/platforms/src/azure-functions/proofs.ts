// What was proved of Azure Functions here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const library = {
  packaging: "v4",
  proof: "double",
  by: "@azure/functions 4.16.5 in a worker of ours",
  date,
} as const;
const host = { packaging: "custom-handler", proof: "double", by: "a host of ours", date } as const;
const v4 = "azure-functions, the real library in a worker of ours";
const custom = "azure-functions, a custom handler";

export const proofs: readonly Proof[] = [
  { trigger: "http", ...library, tests: `${v4} the host's front end` },
  { trigger: "schedule", ...library, tests: `${v4} a due time` },
  { trigger: "call", ...library, tests: `${v4} a call` },
  { trigger: "object", driver: "azure-blob", ...library, tests: `${v4} an object` },
  { trigger: "message", driver: "service-bus", ...library, tests: `${v4} a message, of Service Bus` },
  { trigger: "message", driver: "storage-queue", ...library, tests: `${v4} a message, of a storage queue` },
  { trigger: "message", driver: "event-hubs", ...library, tests: `${v4} a message, of an event hub` },
  { trigger: "message", driver: "iot-hub", ...library, tests: `${v4} a message, of an IoT hub` },
  { trigger: "http", ...host, tests: `${custom} the host's front end` },
  { trigger: "schedule", ...host, tests: `${custom} a due time` },
  { trigger: "object", driver: "azure-blob", ...host, tests: `${custom} an object` },
  { trigger: "message", driver: "service-bus", ...host, tests: `${custom} a message, of Service Bus` },
  { trigger: "message", driver: "storage-queue", ...host, tests: `${custom} a message, of a storage queue` },
  { trigger: "message", driver: "event-hubs", ...host, tests: `${custom} a message, of an event hub` },
  { trigger: "message", driver: "iot-hub", ...host, tests: `${custom} a message, of an IoT hub` },
];

const uploaded = { app: "image-conversion", date: "2026-12-01", inRuntimes: true } as const;

export const appProofs: readonly AppProof[] = [
  { ...library, ...uploaded, tests: "a photo that is taken by Azure's Node model" },
  { ...host, ...uploaded, tests: "a photo that is taken by Azure's custom handler" },
];
