// Azurite, Microsoft's emulator of Azure Storage, with a clock that a test may move.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Clock } from "@faasade/core";
import { installedPath } from "./installed.ts";
import { startServer } from "./server-process.ts";

export interface Azurite {
  readonly account: string;
  /** Base64, as in a connection string. */
  readonly key: string;
  readonly connectionString: string;
  readonly configuration: (variable: string) => string | undefined;
  setClock(clock: Clock): Promise<void>;
  stop(): Promise<void>;
}

const account = "devstoreaccount1";
const key = Buffer.alloc(64, "a key that opens nothing but this emulator").toString("base64");

export async function startAzurite(): Promise<Azurite> {
  const movedClock = fileURLToPath(new URL("moved-clock.mjs", import.meta.url));
  const cli = installedPath("npm", "node_modules", "azurite", "dist", "src", "azurite.js");
  const services = ["blob", "queue", "table"].flatMap((name) => [
    `--${name}Host`,
    "127.0.0.1",
    `--${name}Port`,
    "0",
  ]);
  const flags = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"];
  const server = startServer(process.execPath, ["--import", movedClock, cli, ...services, ...flags], {
    AZURITE_ACCOUNTS: `${account}:${key}`,
  });
  const urlOf = async (service: string) =>
    (await server.printed(new RegExp(`${service} service is successfully listening at (http:\\S+)\\s`)))[1];
  const endpoints = `BlobEndpoint=${await urlOf("Blob")}/${account};QueueEndpoint=${await urlOf("Queue")}/${account}`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints}`;
  return {
    account,
    key,
    connectionString,
    configuration: (variable) =>
      variable === "AZURE_STORAGE_CONNECTION_STRING" ? connectionString : undefined,
    async setClock(clock) {
      const moved = once(server.child, "message");
      server.child.send({ now: clock.now() });
      await moved;
    },
    stop: () => server.stop(),
  };
}
