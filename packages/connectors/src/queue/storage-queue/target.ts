// Where a queue of Azure Storage is: `storage-queue://account/name`.
import type { ConfigurationSource } from "@faasade/core/adapter";
import { type StorageAccount, storageAccount } from "../../shared/azure/account.ts";

export interface StorageQueueTarget {
  readonly account: StorageAccount;
  readonly name: string;
}

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(url: string, configuration: ConfigurationSource): StorageQueueTarget {
  const { protocol, host, pathname, search, username, password, hash } = new URL(url);
  if (protocol !== "storage-queue:")
    throw new TypeError(`the storage-queue driver opens storage-queue: URLs, not ${protocol}`);
  if (username !== "" || password !== "")
    throw new TypeError(
      "a URL carries no credentials: the identity or AZURE_STORAGE_CONNECTION_STRING gives them",
    );
  if (search !== "" || hash !== "") throw new TypeError("the storage-queue driver knows no parameters");
  const name = pathname.slice(1);
  if (!/^[a-z0-9](-?[a-z0-9]){2,62}$/.test(name))
    throw new TypeError("the URL names no queue as storage-queue://account/name");
  return { account: storageAccount(host, "queue", configuration), name };
}

/** As a message names it. */
export function describeTarget({ account, name }: StorageQueueTarget): string {
  return `the storage queue ${account.name}/${name}`;
}
