// What was proved of Kubernetes here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const since = "2026-11-30";
const process = { packaging: "image", proof: "double", by: "a process as its pod starts it", date } as const;

export const proofs: readonly Proof[] = [
  { trigger: "http", ...process, tests: "a pod of Kubernetes answers requests" },
  { trigger: "schedule", ...process, tests: "a pod of Kubernetes runs the schedule" },
  { trigger: "call", ...process, tests: "a pod of Kubernetes answers requests, or calls" },
  { trigger: "object", driver: "s3", ...process, date: since, tests: "objects on Kubernetes" },
  { trigger: "message", driver: "sql", ...process, tests: "a consumer" },
  { trigger: "message", driver: "mqtt", ...process, tests: "a subscriber" },
];

const app = { ...process, app: "image-conversion", date: "2026-12-01", inRuntimes: true } as const;

export const appProofs: readonly AppProof[] = [
  { ...app, tests: "a photo that is taken by a pod of Kubernetes" },
  { ...app, tests: "pictures on Kubernetes makes the renditions" },
];
