// Amazon's prices for what the manifest of aws-lambda creates. Free tiers are not taken off.
import type { Meter, Price, PriceList } from "../prices.ts";

const pages = {
  lambda: "https://aws.amazon.com/lambda/pricing/",
  gateway: "https://aws.amazon.com/api-gateway/pricing/",
  events: "https://aws.amazon.com/eventbridge/pricing/",
  s3: "https://aws.amazon.com/s3/pricing/",
  sqs: "https://aws.amazon.com/sqs/pricing/",
  logs: "https://aws.amazon.com/cloudwatch/pricing/",
};
const million = 1_000_000;
const toldOfLambda = { known: "secondhand", read: "https://cloudchipr.com/blog/aws-lambda-pricing" } as const;
const toldOfS3 = { known: "secondhand", read: "https://c3x.dev/blog/s3-request-fees-explained" } as const;
const recalled = { known: "recalled" } as const;

/** The same in both regions, as far as is known. */
const common: Partial<Record<Meter, Price>> = {
  // Pages disagree on whether events of objects are free, as those of management are. This is the dearer.
  event: {
    dollars: 1,
    per: million,
    what: "EventBridge, notifications of S3",
    source: pages.events,
    ...recalled,
  },
  scheduleStart: {
    dollars: 1,
    per: million,
    what: "EventBridge Scheduler, starts",
    source: pages.events,
    known: "secondhand",
    read: "https://cloudburn.io/blog/amazon-eventbridge-pricing",
  },
  message: {
    dollars: 0.4,
    per: million,
    what: "SQS, requests",
    source: pages.sqs,
    known: "secondhand",
    read: "https://cloudburn.io/blog/amazon-sqs-pricing",
  },
};

export const aws: readonly PriceList[] = [
  {
    platform: "aws-lambda",
    region: "eu-central-1",
    at: "2026-11-30",
    memoryGigabytes: 1,
    prices: {
      ...common,
      invocation: { dollars: 0.2, per: million, what: "Lambda, requests", source: pages.lambda, ...recalled },
      gigabyteSecond: {
        dollars: 0.0000133334,
        per: 1,
        what: "Lambda on Arm, duration",
        source: pages.lambda,
        ...recalled,
      },
      request: {
        dollars: 1.2,
        per: million,
        what: "API Gateway, HTTP API",
        source: pages.gateway,
        ...recalled,
      },
      objectRead: { dollars: 0.00043, per: 1000, what: "S3, GET", source: pages.s3, ...recalled },
      objectWrite: { dollars: 0.0054, per: 1000, what: "S3, PUT and LIST", source: pages.s3, ...recalled },
      storageGigabyteMonth: {
        dollars: 0.0245,
        per: 1,
        what: "S3 Standard, storage",
        source: pages.s3,
        ...recalled,
      },
      logGigabyte: {
        dollars: 0.63,
        per: 1,
        what: "CloudWatch Logs, ingestion",
        source: pages.logs,
        ...recalled,
      },
    },
  },
  {
    platform: "aws-lambda",
    region: "us-east-1",
    at: "2026-11-30",
    memoryGigabytes: 1,
    prices: {
      ...common,
      invocation: {
        dollars: 0.2,
        per: million,
        what: "Lambda, requests",
        source: pages.lambda,
        known: "secondhand",
        read: "https://git.mcrn.ar/mariano/lambda_local_runner/src/commit/957e45b8adae23ce50b966346229585b5df18b4d/docs/lambdas-md/lambda-13-cost.md",
      },
      gigabyteSecond: {
        dollars: 0.0000133334,
        per: 1,
        what: "Lambda on Arm, duration",
        source: pages.lambda,
        ...toldOfLambda,
      },
      request: {
        dollars: 1,
        per: million,
        what: "API Gateway, HTTP API",
        source: pages.gateway,
        known: "read",
        read: "https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html",
      },
      objectRead: { dollars: 0.0004, per: 1000, what: "S3, GET", source: pages.s3, ...toldOfS3 },
      objectWrite: { dollars: 0.005, per: 1000, what: "S3, PUT and LIST", source: pages.s3, ...toldOfS3 },
      storageGigabyteMonth: {
        dollars: 0.023,
        per: 1,
        what: "S3 Standard, storage",
        source: pages.s3,
        ...recalled,
      },
      logGigabyte: {
        dollars: 0.5,
        per: 1,
        what: "CloudWatch Logs, ingestion",
        source: pages.logs,
        known: "secondhand",
        read: "https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/",
      },
    },
  },
];
