// What was proved of Node.js here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const by = "Node.js 24.21.0, on the built artefact";
const real = { packaging: "process", proof: "real-runtime", by, date } as const;
const double = { packaging: "process", proof: "double", by: "Node.js 24.21.0, on the source", date } as const;

export const proofs: readonly Proof[] = [
  { trigger: "http", ...real, tests: "pictures in a Node.js of one's own are taken by a request" },
  { trigger: "http", ...double, tests: "an app in a process of its own answers requests" },
  { trigger: "schedule", ...double, tests: "an app in a process of its own runs schedules" },
  { trigger: "call", ...double, tests: "an app in a process of its own takes calls" },
  { trigger: "object", driver: "file", ...real, tests: "pictures in a Node.js of one's own are converted" },
  {
    trigger: "object",
    driver: "file",
    ...double,
    tests: "an app in a process of its own starts functions by changes",
  },
  { trigger: "message", driver: "sql", ...double, tests: "an app in a process of its own takes messages" },
];

export const appProofs: readonly AppProof[] = [
  { app: "image-conversion", ...real, tests: "pictures in a Node.js of one's own" },
];
