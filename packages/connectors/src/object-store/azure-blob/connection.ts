// The container's client, and what signs URLs; the SDK is loaded on first use.
import type { ContainerClient } from "@azure/storage-blob";
import type { SignOptions } from "../driver.ts";
import type { BlobTarget } from "./target.ts";

export interface BlobConnection {
  readonly container: ContainerClient;
  sign(name: string, options: SignOptions): Promise<string>;
}

/** Clocks differ: a URL that begins now may begin later elsewhere. */
const earlierMilliseconds = 5 * 60_000;

export async function connectBlobs({
  account,
  container: containerName,
}: BlobTarget): Promise<BlobConnection> {
  const sdk = await import("@azure/storage-blob");
  const { name: accountName, endpoint, key } = account;
  const credential =
    key === undefined
      ? (await import("../../shared/azure/identity.ts")).identity()
      : new sdk.StorageSharedKeyCredential(accountName, key);
  const service = new sdk.BlobServiceClient(endpoint, credential);
  const container = service.getContainerClient(containerName);
  return {
    container,
    async sign(blobName, { action, expiresSeconds }) {
      const now = Date.now();
      const startsOn = new Date(now - earlierMilliseconds);
      const expiresOn = new Date(now + expiresSeconds * 1000);
      const permissions = sdk.BlobSASPermissions.parse(action === "get" ? "r" : "cw");
      const values = { containerName, blobName, permissions, startsOn, expiresOn };
      const query =
        credential instanceof sdk.StorageSharedKeyCredential
          ? sdk.generateBlobSASQueryParameters(values, credential)
          : sdk.generateBlobSASQueryParameters(
              values,
              await service.getUserDelegationKey(startsOn, expiresOn),
              accountName,
            );
      return `${container.getBlobClient(blobName).url}?${query}`;
    },
  };
}
