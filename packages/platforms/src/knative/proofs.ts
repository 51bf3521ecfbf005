// What was proved of Knative here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const packaging = "image";
const sample = { packaging, proof: "documented", by: "samples, posted to a real process", date } as const;
const process = { packaging, proof: "double", by: "a process as its pod starts it", date } as const;

const pod = "pictures behind Knative's queue-proxy";
const proxied = { packaging, proof: "real-runtime", by: "queue-proxy 0.46.0", date } as const;

const suite = "knative, what its image holds behind queue-proxy";
const behind = { ...proxied, date: "2026-11-30" } as const;

export const proofs: readonly Proof[] = [
  { trigger: "http", ...proxied, tests: pod },
  { trigger: "http", ...behind, tests: `${suite} answers a request` },
  { trigger: "schedule", ...behind, tests: `${suite} takes a due time` },
  { trigger: "call", ...behind, tests: `${suite} answers a call` },
  { trigger: "object", driver: "s3", ...behind, tests: `${suite} is started by an object` },
  { trigger: "http", ...process, tests: "a pod of Knative answers requests or events" },
  { trigger: "schedule", ...sample, tests: "on Knative, a ping" },
  { trigger: "call", ...sample, tests: "on Knative, a call" },
  { trigger: "object", driver: "s3", ...sample, tests: "on Knative, a notification of S3" },
  { trigger: "object", driver: "s3", ...process, tests: "the intake" },
  { trigger: "message", driver: "sql", ...process, tests: "a consumer" },
  { trigger: "message", driver: "mqtt", ...process, tests: "a subscriber" },
];

export const appProofs: readonly AppProof[] = [{ app: "image-conversion", ...proxied, tests: pod }];
