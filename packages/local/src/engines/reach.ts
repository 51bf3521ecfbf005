// Asks each engine once before the world starts on it: a mistyped address is one clear error, not one per function.
import { openStore } from "../app/drivers/object-store.ts";
import { type EngineKind, type Engines, queueUrl, shownEngine } from "./engines.ts";

const reach: Readonly<Record<EngineKind, (url: string) => Promise<unknown>>> = {
  objects: askStore,
  sql: askDatabase,
  queue: (url) => (url.startsWith("sqs:") ? askQueues(url) : askDatabase(url)),
};

/** @throws {EngineError} for the first that cannot be used. */
export async function reachEngines(engines: Engines): Promise<void> {
  for (const kind of Object.keys(reach) as EngineKind[]) {
    const url = engines[kind];
    if (url === undefined) continue;
    await reach[kind](url).catch((error: Error) => {
      throw new EngineError(`Cannot use ${shownEngine(url)} for --${kind}: ${error.message}`, {
        cause: error,
      });
    });
  }
}

/** Says what an operator can mend; the world has not started. */
export class EngineError extends Error {
  override readonly name = "EngineError";
}

async function askStore(url: string): Promise<void> {
  const store = await openStore(url, { now: Date.now });
  try {
    await store.list({ prefix: "", limit: 1 });
  } finally {
    await store.close();
  }
}

async function askDatabase(url: string): Promise<void> {
  const { open } = await import("@faasade/connectors/sql/pg");
  const driver = await open(url);
  try {
    await driver.execute("select 1");
  } finally {
    await driver.close();
  }
}

/** By a queue that need not be there. */
async function askQueues(url: string): Promise<void> {
  const { hasQueue } = await import("@faasade/connectors/making/sqs-queue");
  await hasQueue(queueUrl({ queue: url }, "any/queue") ?? url);
}
