// Microsoft's prices for what the manifest of azure-functions creates. Free grants are not taken off.
import type { Meter, Price, PriceList } from "../prices.ts";

const pages = {
  functions: "https://azure.microsoft.com/pricing/details/functions/",
  blobs: "https://azure.microsoft.com/pricing/details/storage/blobs/",
  queues: "https://azure.microsoft.com/pricing/details/storage/queues/",
  bus: "https://azure.microsoft.com/pricing/details/service-bus/",
  grid: "https://azure.microsoft.com/pricing/details/event-grid/",
  monitor: "https://azure.microsoft.com/pricing/details/monitor/",
};
const million = 1_000_000;
const recalled = { known: "recalled" } as const;

const common: Partial<Record<Meter, Price>> = {
  invocation: {
    dollars: 0.4,
    per: million,
    what: "Functions, Flex Consumption, executions",
    source: pages.functions,
    ...recalled,
  },
  event: { dollars: 0.6, per: million, what: "Event Grid, operations", source: pages.grid, ...recalled },
  message: {
    dollars: 0.004,
    per: 10_000,
    what: "Queue storage, operations",
    source: pages.queues,
    ...recalled,
  },
  namespaceHour: {
    dollars: 0.0135,
    per: 1,
    what: "Service Bus, Standard, base charge with 13 million operations a month",
    source: pages.bus,
    ...recalled,
  },
};

export const azure: readonly PriceList[] = [
  {
    platform: "azure-functions",
    region: "westeurope",
    at: "2026-11-30",
    memoryGigabytes: 2,
    prices: {
      ...common,
      gigabyteSecond: {
        dollars: 0.000026,
        per: 1,
        what: "Functions, Flex Consumption, duration",
        source: pages.functions,
        ...recalled,
      },
      objectRead: { dollars: 0.0043, per: 10_000, what: "Blobs, reads", source: pages.blobs, ...recalled },
      objectWrite: {
        dollars: 0.054,
        per: 10_000,
        what: "Blobs, writes and lists",
        source: pages.blobs,
        ...recalled,
      },
      storageGigabyteMonth: {
        dollars: 0.0196,
        per: 1,
        what: "Blobs, hot, LRS, storage",
        source: pages.blobs,
        ...recalled,
      },
      logGigabyte: {
        dollars: 2.76,
        per: 1,
        what: "Log Analytics, ingestion",
        source: pages.monitor,
        ...recalled,
      },
    },
  },
  {
    platform: "azure-functions",
    region: "eastus",
    at: "2026-11-30",
    memoryGigabytes: 2,
    prices: {
      ...common,
      gigabyteSecond: {
        dollars: 0.000026,
        per: 1,
        what: "Functions, Flex Consumption, duration",
        source: pages.functions,
        known: "secondhand",
        read: "https://modal.com/blog/azure-function-pricing-guide",
      },
      objectRead: { dollars: 0.004, per: 10_000, what: "Blobs, reads", source: pages.blobs, ...recalled },
      objectWrite: {
        dollars: 0.05,
        per: 10_000,
        what: "Blobs, writes and lists",
        source: pages.blobs,
        ...recalled,
      },
      storageGigabyteMonth: {
        dollars: 0.0184,
        per: 1,
        what: "Blobs, hot, LRS, storage",
        source: pages.blobs,
        ...recalled,
      },
      logGigabyte: {
        dollars: 2.3,
        per: 1,
        what: "Log Analytics, ingestion",
        source: pages.monitor,
        ...recalled,
      },
    },
  },
];
