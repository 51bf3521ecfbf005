// What was proved of AWS Lambda here, and by which tests.
import type { Proof } from "../shared/proof.ts";

const date = "2026-11-24";
const client = { packaging: "zip", proof: "real-runtime", by: "aws-lambda-ric 4.0.2", date } as const;
const suite = { proof: "documented", by: "conformance suite", date } as const;
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

export const proofs: readonly Proof[] = [
  ...decoded("zip"),
  ...decoded("image"),
  { trigger: "http", ...client, tests: `${pictures} takes a photo by` },
  { trigger: "object", driver: "s3", ...client, tests: `${pictures} makes the renditions` },
  { trigger: "schedule", ...client, tests: "hello per function, inside aws-lambda-ric" },
  {
    packaging: "web",
    trigger: "http",
    proof: "double",
    by: "a host of ours, over HTTP",
    date,
    tests: "aws-lambda-web, a process started as Lambda does",
  },
];
