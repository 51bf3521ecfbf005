// What was proved of Knative here, and by which tests.
import type { Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const packaging = "image";
const sample = { packaging, proof: "documented", by: "samples, posted to a real process", date } as const;
const process = { packaging, proof: "double", by: "a process as its pod starts it", date } as const;

const pod = "pictures behind Knative's queue-proxy";
const proxied = { packaging, proof: "real-runtime", by: "queue-proxy 0.46.0", date } as const;

export const proofs: readonly Proof[] = [
  { trigger: "http", ...proxied, tests: pod },
  { trigger: "http", ...process, tests: "a pod of Knative answers requests or events" },
  { trigger: "schedule", ...sample, tests: "on Knative, a ping" },
  { trigger: "call", ...sample, tests: "on Knative, a call" },
  { trigger: "object", driver: "s3", ...sample, tests: "on Knative, a notification of S3" },
  { trigger: "object", driver: "s3", ...process, tests: "the intake" },
  { trigger: "message", driver: "sql", ...process, tests: "a consumer" },
  { trigger: "message", driver: "mqtt", ...process, tests: "a subscriber" },
];
