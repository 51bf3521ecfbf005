// Where pictures are kept on each platform: a server that speaks its store's protocol, with two places in it.
import { BlobServiceClient } from "@azure/storage-blob";
import { startAzurite } from "../../../connectors/test/servers/azurite.ts";
import { startFakeGcs } from "../../../connectors/test/servers/fake-gcs.ts";
import { startS3 } from "./s3.ts";

export type Environment = Readonly<Record<string, string>>;

/** Of its two places `photos` is looked into. */
export interface Store {
  readonly environment: Environment;
  get(key: string): Promise<Buffer>;
  stop(): Promise<unknown>;
}

export async function inS3(): Promise<Store> {
  const s3 = await startS3("photos", "renditions");
  const credentials = { AWS_ACCESS_KEY_ID: "none", AWS_SECRET_ACCESS_KEY: "none" };
  const environment = { PHOTOS_URL: s3.url("photos"), RENDITIONS_URL: s3.url("renditions"), ...credentials };
  return { environment, get: (name) => s3.get("photos", name), stop: s3.stop };
}

export async function inGcs(): Promise<Store> {
  const gcs = await startFakeGcs();
  for (const bucket of ["photos", "renditions"]) await gcs.createBucket(bucket);
  return {
    environment: { PHOTOS_URL: gcs.url("photos"), RENDITIONS_URL: gcs.url("renditions") },
    async get(name) {
      const place = `${gcs.endpoint}/storage/v1/b/photos/o/${encodeURIComponent(name)}?alt=media`;
      return Buffer.from(await (await fetch(place)).arrayBuffer());
    },
    stop: gcs.stop,
  };
}

export async function inAzurite(): Promise<Store> {
  const azurite = await startAzurite();
  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  for (const container of ["photos", "renditions"]) await service.createContainer(container);
  return {
    environment: {
      PHOTOS_URL: `azure-blob://${azurite.account}/photos`,
      RENDITIONS_URL: `azure-blob://${azurite.account}/renditions`,
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
    },
    get: (name) => service.getContainerClient("photos").getBlobClient(name).downloadToBuffer(),
    stop: azurite.stop,
  };
}
