// What was proved of Google Cloud here, and by which tests.
import type { Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const suite = { proof: "documented", by: "conformance suite", date } as const;
const framework = { proof: "real-runtime", by: "functions-framework 5.0.5", date } as const;
const hello = "hello, built, inside functions-framework";

const decoded = (packaging: string, column: string): readonly Proof[] => [
  { packaging, trigger: "http", ...suite, tests: `${column} Cloud Run's front end` },
  { packaging, trigger: "schedule", ...suite, tests: `${column} a due time` },
  { packaging, trigger: "call", ...suite, tests: `${column} a call` },
  { packaging, trigger: "object", driver: "gcs", ...suite, tests: `${column} an object` },
  { packaging, trigger: "message", driver: "pubsub", ...suite, tests: `${column} a message` },
];

const loaded = { packaging: "functions-framework", ...framework } as const;

export const proofs: readonly Proof[] = [
  ...decoded("cloud-run", "google-cloud, by our own server"),
  ...decoded("functions-framework", "google-cloud, in a double of functions-framework"),
  { trigger: "http", ...loaded, tests: `${hello} answers requests` },
  { trigger: "schedule", ...loaded, tests: `${hello} takes a due time` },
];
