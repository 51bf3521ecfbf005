// Azurite with a clock that a test moves, and queues in it.
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { QueueServiceClient } from "@azure/storage-queue";
import { installedPath } from "../../../platforms/test/runtimes/installed.ts";
import { startProgram } from "../../../platforms/test/runtimes/program.ts";
import type { QueueWorld } from "../../src/queue/conformance.ts";
import { open } from "../../src/queue/storage-queue/index.ts";

const account = "devstoreaccount1";
const key = Buffer.alloc(64, "a key that opens nothing but this emulator").toString("base64");

export interface AzureQueues extends QueueWorld {
  readonly account: string;
  readonly service: QueueServiceClient;
  readonly configuration: (variable: string) => string | undefined;
  /** A queue and its poison queue. @returns its URL */
  create(name: string): Promise<string>;
}

export async function startAzureQueues(): Promise<AzureQueues> {
  const movedClock = fileURLToPath(new URL("moved-clock.mjs", import.meta.url));
  const cli = installedPath("npm", "node_modules", "azurite", "dist", "src", "azurite.js");
  const services = ["blob", "queue", "table"].flatMap((name) => [
    `--${name}Host`,
    "127.0.0.1",
    `--${name}Port`,
    "0",
  ]);
  const program = startProgram(
    process.execPath,
    [
      "--import",
      movedClock,
      cli,
      ...services,
      "--inMemoryPersistence",
      "--skipApiVersionCheck",
      "--disableTelemetry",
      "--silent",
    ],
    { cwd: tmpdir(), environment: { AZURITE_ACCOUNTS: `${account}:${key}` }, ipc: true, longestSeconds: 600 },
  );
  const [, url] = await program.printed(/Queue service is successfully listening at (http:\S+)/);
  const endpoint = `QueueEndpoint=${url}/${account}`;
  const connection = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoint}`;
  const service = QueueServiceClient.fromConnectionString(connection);
  const configuration = (variable: string) =>
    variable === "AZURE_STORAGE_CONNECTION_STRING" ? connection : undefined;
  const urls = new Map<string, string>();
  const create = async (name: string): Promise<string> => {
    await service.createQueue(name);
    await service.createQueue(`${name}-poison`);
    return `storage-queue://${account}/${name}`;
  };
  return {
    account,
    service,
    configuration,
    create,
    async setClock(clock) {
      const moved = once(program.child, "message");
      program.child.send({ now: clock.now() });
      await moved;
    },
    async queue(name, clock) {
      const known = urls.get(name) ?? (await create(name));
      urls.set(name, known);
      return open(known, { clock, configuration });
    },
    close: async () => void (await program.stop("SIGKILL")),
  };
}
