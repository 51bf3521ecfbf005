// Object stores: a folder each, below the world's data, unless they are on an engine.
import { pathToFileURL } from "node:url";
import type { ObjectStoreDriver } from "@faasade/connectors/object-store";
import type { Clock } from "@faasade/core";
import { storeUrl } from "../../engines/engines.ts";
import type { LocalDriver } from "./local-driver.ts";

export const objectStore: LocalDriver = ({ owner, local, qualified }, { storesFolder, engines }) => ({
  url: storeUrl(engines, qualified) ?? pathToFileURL(`${storesFolder}/${owner}/${local}`).href,
  load: async () => ({ open: (url, { clock }) => openStore(url, clock) }),
});

/** By the scheme of the URL. */
export async function openStore(url: string, clock: Clock): Promise<ObjectStoreDriver> {
  if (url.startsWith("s3:")) return (await import("@faasade/connectors/object-store/s3")).open(url);
  return (await import("@faasade/connectors/object-store/file")).open(url, { clock });
}
