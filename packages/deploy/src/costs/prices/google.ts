// Google's prices for what the manifest of google-cloud creates. Free tiers are not taken off.
import type { Meter, Price, PriceList } from "../prices.ts";

const pages = {
  run: "https://cloud.google.com/run/pricing",
  storage: "https://cloud.google.com/storage/pricing",
  pubsub: "https://cloud.google.com/pubsub/pricing",
  scheduler: "https://cloud.google.com/scheduler/pricing",
  logs: "https://cloud.google.com/stackdriver/pricing",
};
const million = 1_000_000;
const recalled = { known: "recalled" } as const;
const toldOfRun = { known: "secondhand", read: "https://cloudchipr.com/blog/cloud-run-pricing" } as const;
const operationsRead = { known: "read", read: "https://cloud.google.com/storage/pricing-examples" } as const;

/** Belgium and Iowa are both of tier 1, and ask for the same. */
const prices: Partial<Record<Meter, Price>> = {
  invocation: { dollars: 0.4, per: million, what: "Cloud Run, requests", source: pages.run, ...toldOfRun },
  processorSecond: {
    dollars: 0.000024,
    per: 1,
    what: "Cloud Run, vCPU-seconds while it answers",
    source: pages.run,
    known: "read",
    read: "https://cloud.google.com/run/pricing?authuser=2",
  },
  gigabyteSecond: {
    dollars: 0.0000025,
    per: 1,
    what: "Cloud Run, GiB-seconds while it answers",
    source: pages.run,
    ...toldOfRun,
  },
  scheduleMonth: {
    dollars: 0.1,
    per: 1,
    what: "Cloud Scheduler, jobs a month",
    source: pages.scheduler,
    known: "read",
    read: "https://cloud.google.com/scheduler/pricing?hl=tr",
  },
  // Messages count as a kilobyte at least, once published and once delivered: 40 dollars for 2 ** 40 bytes.
  message: {
    dollars: 0.04,
    per: million,
    what: "Pub/Sub, a kilobyte in or out",
    source: pages.pubsub,
    ...recalled,
  },
  event: {
    dollars: 0.08,
    per: million,
    what: "Pub/Sub, notifications of Cloud Storage",
    source: pages.pubsub,
    ...recalled,
  },
  objectRead: {
    dollars: 0.0004,
    per: 1000,
    what: "Cloud Storage, class B operations",
    source: pages.storage,
    ...operationsRead,
  },
  objectWrite: {
    dollars: 0.005,
    per: 1000,
    what: "Cloud Storage, class A operations",
    source: pages.storage,
    ...operationsRead,
  },
  storageGigabyteMonth: {
    dollars: 0.02,
    per: 1,
    what: "Cloud Storage Standard, storage",
    source: pages.storage,
    known: "read",
    read: "http://retrosearch.org/browse?url=https%3A%2F%2Fcloud.google.com%2Fstorage%2Fpricing",
  },
  logGigabyte: {
    dollars: 0.5,
    per: 1,
    what: "Cloud Logging, ingestion",
    source: pages.logs,
    ...recalled,
  },
};

export const google: readonly PriceList[] = ["europe-west1", "us-central1"].map((region) => ({
  platform: "google-cloud",
  region,
  at: "2026-11-30",
  memoryGigabytes: 0.5,
  prices,
}));
