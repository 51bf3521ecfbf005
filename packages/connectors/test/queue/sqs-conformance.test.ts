// The suite of the queue port on the sqs driver and fauxqs: a standard queue, and a FIFO queue with a group per message.
import { type QueueCapabilities, testQueueDriver } from "../../src/queue/conformance.ts";
import { openSqsWorld } from "./sqs-server.ts";

const standard = {
  deduplication: "none",
  receipts: "while-hidden",
  order: "none",
  delays: "seconds",
  depth: "sum",
  buriedBy: "receiver",
  // Bytes that are no text travel as base64, and attributes count.
  maxBytes: 780_000,
  carries: "everything",
} satisfies QueueCapabilities;

testQueueDriver("the sqs driver and fauxqs", { capabilities: standard, open: () => openSqsWorld() });

testQueueDriver("the sqs driver and a FIFO queue of fauxqs", {
  capabilities: { ...standard, deduplication: "minutes", delays: "none" },
  open: () => openSqsWorld(".fifo", "&group=message"),
});
