// Queues in Azurite, each with its poison queue.
import { QueueServiceClient } from "@azure/storage-queue";
import type { QueueWorld } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/storage-queue/index.ts";
import { type Azurite, startAzurite } from "./azurite.ts";

export interface AzureQueues extends QueueWorld, Pick<Azurite, "account" | "configuration"> {
  readonly service: QueueServiceClient;
  /** @returns its URL */
  create(name: string): Promise<string>;
}

export async function startAzureQueues(): Promise<AzureQueues> {
  const { account, configuration, connectionString, setClock, stop } = await startAzurite();
  const service = QueueServiceClient.fromConnectionString(connectionString);
  const urls = new Map<string, string>();
  const create = async (name: string): Promise<string> => {
    await service.createQueue(name);
    await service.createQueue(`${name}-poison`);
    return `storage-queue://${account}/${name}`;
  };
  return {
    account,
    configuration,
    service,
    create,
    setClock,
    async queue(name, clock) {
      const known = urls.get(name) ?? (await create(name));
      urls.set(name, known);
      return open(known, { clock, configuration });
    },
    close: stop,
  };
}
