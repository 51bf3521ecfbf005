// Where a store in Azure Blob Storage is: `azure-blob://account/container/prefix`.
import type { ConfigurationSource } from "@faasade/core/adapter";
import { type StorageAccount, storageAccount } from "../../shared/azure/account.ts";

export interface BlobTarget {
  readonly account: StorageAccount;
  readonly container: string;
  /** Stands before every key: empty, or ending in a slash. */
  readonly prefix: string;
}

/** @throws {TypeError} for anything it does not understand, credentials above all. */
export function parseTarget(url: string, configuration: ConfigurationSource): BlobTarget {
  const { protocol, host, pathname, search, username, password, hash } = new URL(url);
  if (protocol !== "azure-blob:")
    throw new TypeError(`the azure-blob driver opens azure-blob: URLs, not ${protocol}`);
  if (username !== "" || password !== "")
    throw new TypeError(
      "a URL carries no credentials: the identity or AZURE_STORAGE_CONNECTION_STRING gives them",
    );
  if (search !== "" || hash !== "") throw new TypeError("the azure-blob driver knows no parameters");
  const [, container = "", ...rest] = pathname.split("/").map(decodeURIComponent);
  if (!/^(\$root|[a-z0-9](-?[a-z0-9]){2,62})$/.test(container))
    throw new TypeError("the URL names no container as azure-blob://account/container/prefix");
  const prefix = rest
    .filter((part) => part !== "")
    .map((part) => `${part}/`)
    .join("");
  return { account: storageAccount(host, "blob", configuration), container, prefix };
}

/** As a message names it. */
export function describeTarget({ account, container, prefix }: BlobTarget): string {
  return `azure-blob://${account.name}/${container}/${prefix}`;
}
