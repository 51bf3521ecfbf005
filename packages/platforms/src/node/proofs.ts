// What was proved of Node.js here, and by which tests: the process is the real thing, in the packaging `process`.
import type { Proof } from "../shared/proof.ts";

const by = "Node.js 24.21.0";
const date = "2026-11-24";
const real = { packaging: "process", proof: "real-runtime", by, date } as const;

export const proofs: readonly Proof[] = [
  { trigger: "http", ...real, tests: "an app in a process of its own answers requests" },
  { trigger: "schedule", ...real, tests: "an app in a process of its own runs schedules" },
  { trigger: "call", ...real, tests: "an app in a process of its own takes calls" },
  {
    trigger: "object",
    driver: "file",
    ...real,
    tests: "an app in a process of its own starts functions by changes",
  },
  { trigger: "message", driver: "sql", ...real, tests: "an app in a process of its own takes messages" },
];
