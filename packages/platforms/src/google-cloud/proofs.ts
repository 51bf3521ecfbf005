// What was proved of Google Cloud here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const suite = { proof: "documented", by: "conformance suite", date } as const;
const framework = { proof: "real-runtime", by: "functions-framework 5.0.5", date: "2026-11-30" } as const;
const hello = "hello, built, inside functions-framework";

const decoded = (packaging: string, column: string): readonly Proof[] => [
  { packaging, trigger: "http", ...suite, tests: `${column} Cloud Run's front end` },
  { packaging, trigger: "schedule", ...suite, tests: `${column} a due time` },
  { packaging, trigger: "call", ...suite, tests: `${column} a call` },
  { packaging, trigger: "object", driver: "gcs", ...suite, tests: `${column} an object` },
  { packaging, trigger: "message", driver: "pubsub", ...suite, tests: `${column} a message` },
];

const loaded = { packaging: "functions-framework", ...framework } as const;

const today = "2026-11-30";
const started = {
  packaging: "cloud-run",
  proof: "double",
  by: "a process as Cloud Run starts it",
  date: today,
} as const;

/** The built artefact, with every event. */
const built = (title: string, how: typeof started | typeof loaded): readonly Proof[] => [
  { ...how, trigger: "http", tests: `${title} answers a request` },
  { ...how, trigger: "schedule", tests: `${title} takes a due time` },
  { ...how, trigger: "call", tests: `${title} answers a call` },
  { ...how, trigger: "object", driver: "gcs", tests: `${title} is started by an object` },
  { ...how, trigger: "message", driver: "pubsub", tests: `${title} takes a message` },
];

export const proofs: readonly Proof[] = [
  ...decoded("cloud-run", "google-cloud, by our own server"),
  ...decoded("functions-framework", "google-cloud, in a double of functions-framework"),
  { trigger: "http", ...loaded, tests: `${hello} answers requests` },
  { trigger: "schedule", ...loaded, tests: `${hello} takes a due time` },
  ...built("google-cloud, what its image holds, as Cloud Run starts it", started),
  ...built("google-cloud, from source inside functions-framework", loaded),
];

export const appProofs: readonly AppProof[] = [
  { app: "hello", ...loaded, tests: hello },
  {
    app: "image-conversion",
    ...loaded,
    date: "2026-12-01",
    tests: "a photo that is taken inside functions-framework",
  },
  {
    app: "image-conversion",
    ...started,
    date: "2026-12-01",
    tests: "a photo that is taken by Cloud Run's container",
    inRuntimes: true,
  },
];
