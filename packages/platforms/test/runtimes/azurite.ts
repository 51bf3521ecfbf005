// Azurite, Microsoft's emulator of Azure Storage: blobs, queues and tables, in memory.
import { tmpdir } from "node:os";
import { installedPath } from "./installed.ts";
import { type Exit, startProgram } from "./program.ts";

export interface Azurite {
  readonly blobUrl: string;
  readonly queueUrl: string;
  readonly tableUrl: string;
  readonly account: string;
  /** Base64, as in a connection string. */
  readonly key: string;
  readonly connectionString: string;
  logs(): string;
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

const account = "devstoreaccount1";
const key = Buffer.alloc(64, "a key that opens nothing but this emulator").toString("base64");

export async function startAzurite(): Promise<Azurite> {
  const program = startProgram(process.execPath, [cli(), ...flags], {
    cwd: tmpdir(),
    environment: { AZURITE_ACCOUNTS: `${account}:${key}` },
  });
  const urlOf = async (service: string) => {
    const listening = new RegExp(`${service} service is successfully listening at (http:\\S+)\\s`);
    return `${(await program.printed(listening))[1]}/${account}`;
  };
  const [blobUrl, queueUrl, tableUrl] = [await urlOf("Blob"), await urlOf("Queue"), await urlOf("Table")];
  const endpoints = `BlobEndpoint=${blobUrl};QueueEndpoint=${queueUrl};TableEndpoint=${tableUrl}`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};${endpoints}`;
  return {
    ...{ blobUrl, queueUrl, tableUrl, account, key, connectionString },
    logs: program.output,
    stop: program.stop,
  };
}

const flags = [
  ...["blob", "queue", "table"].flatMap((name) => [`--${name}Host`, "127.0.0.1", `--${name}Port`, "0"]),
  ...["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent"],
];

function cli(): string {
  return installedPath("npm", "node_modules", "azurite", "dist", "src", "azurite.js");
}
