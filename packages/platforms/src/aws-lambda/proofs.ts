// What was proved of AWS Lambda here, and by which tests.
import type { AppProof, Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const today = "2026-11-30";
const client = { packaging: "zip", proof: "real-runtime", by: "aws-lambda-ric 4.0.2", date } as const;
const suite = { proof: "documented", by: "conformance suite", date } as const;
const emulator = {
  packaging: "image",
  proof: "real-runtime",
  by: "aws-lambda-ric 4.0.2 in AWS's emulator 1.170.0",
  date: today,
} as const;
const pictures = "pictures as one zip, inside aws-lambda-ric";

/** The handler is the same in both. */
const decoded = (packaging: "zip" | "image"): readonly Proof[] => [
  { packaging, trigger: "http", ...suite, tests: "aws-lambda HTTP API" },
  { packaging, trigger: "schedule", ...suite, tests: "aws-lambda a due time" },
  { packaging, trigger: "call", ...suite, tests: "aws-lambda a call" },
  { packaging, trigger: "object", driver: "s3", ...suite, tests: "aws-lambda an object" },
  {
    packaging,
    trigger: "message",
    driver: "sqs",
    ...suite,
    tests: "aws-lambda a message, of a standard queue",
  },
  { packaging, trigger: "message", driver: "sns", ...suite, tests: "aws-lambda a message, of an SNS topic" },
  { packaging, trigger: "message", driver: "mqtt", ...suite, tests: "aws-lambda a message, of a device" },
];

/** The built artefact, with every event that the suite knows. */
const inside = (title: string, how: typeof emulator | (Omit<typeof client, "date"> & { date: string })) =>
  [
    { ...how, trigger: "http", tests: `${title} answers requests` },
    { ...how, trigger: "schedule", tests: `${title} takes a due time` },
    { ...how, trigger: "call", tests: `${title} answers a call` },
    { ...how, trigger: "object", driver: "s3", tests: `${title} is started by an object` },
    { ...how, trigger: "message", driver: "sqs", tests: `${title} takes a message, of a standard queue` },
    { ...how, trigger: "message", driver: "sns", tests: `${title} takes a message, of an SNS topic` },
    { ...how, trigger: "message", driver: "mqtt", tests: `${title} takes a message, of a device` },
  ] as const;

export const proofs: readonly Proof[] = [
  ...decoded("zip"),
  ...decoded("image"),
  { trigger: "http", ...client, tests: `${pictures} takes a photo by` },
  { trigger: "object", driver: "s3", ...client, tests: `${pictures} makes the renditions` },
  { trigger: "schedule", ...client, tests: "hello per function, inside aws-lambda-ric" },
  ...inside("aws-lambda, as a zip inside aws-lambda-ric", { ...client, date: today }),
  ...inside("aws-lambda, what its image holds inside AWS's emulator", emulator),
  {
    packaging: "web",
    trigger: "http",
    proof: "double",
    by: "a host of ours, over HTTP",
    date,
    tests: "aws-lambda-web, a process started as Lambda does",
  },
];

export const appProofs: readonly AppProof[] = [
  { app: "hello", ...client, tests: "hello per function, inside aws-lambda-ric" },
  { app: "image-conversion", ...client, tests: pictures },
  {
    app: "image-conversion",
    ...emulator,
    date: "2026-12-01",
    tests: "a photo that is taken inside AWS's emulator",
  },
];
