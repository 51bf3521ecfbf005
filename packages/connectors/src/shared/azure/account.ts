// A storage account, and how a process signs in there: by its identity, or by a connection string that the operator set.
import type { ConfigurationSource } from "@faasade/core/adapter";

export interface StorageAccount {
  readonly name: string;
  /** Of one service of the account, such as `https://photos.blob.core.windows.net`. */
  readonly endpoint: string;
  /** Base64; absent where the process's identity signs in. */
  readonly key?: string;
}

/** Read as every library of Azure's does; as it holds a key, it is to come from a secret. */
export const connectionVariable = "AZURE_STORAGE_CONNECTION_STRING";

/**
 * @param host of the URL: the account's name, or its whole host where the cloud is not the public one
 * @throws {TypeError} for a connection string of no account.
 */
export function storageAccount(
  host: string,
  service: "blob" | "queue",
  configuration: ConfigurationSource,
): StorageAccount {
  const name = host.split(".", 1)[0] as string;
  if (!/^[a-z0-9]{3,24}$/.test(name)) throw new TypeError(`"${name}" is no name of a storage account`);
  const own = `https://${host.includes(".") ? host : `${host}.${service}.core.windows.net`}`;
  const said = configuration(connectionVariable);
  if (said === undefined || said === "") return { name, endpoint: own };
  const fields = fieldsOf(said);
  const [account, key] = [fields["AccountName"], fields["AccountKey"]];
  if (account === undefined || key === undefined)
    throw new TypeError(`${connectionVariable} names no AccountName and AccountKey`);
  // It is of another account: there the identity signs in.
  if (account !== name) return { name, endpoint: own };
  const endpoint = fields[service === "blob" ? "BlobEndpoint" : "QueueEndpoint"];
  return { name, endpoint: endpoint?.replace(/\/$/, "") ?? own, key };
}

/** Of a connection string. Values may hold "=", which pads base64. */
export function fieldsOf(connection: string): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    connection.split(";").map((field) => {
      const at = field.indexOf("=");
      return [field.slice(0, at), field.slice(at + 1)];
    }),
  );
}
