// A stage's store, opened from here by the driver that its URL is for.
import {
  type ObjectReader,
  type ObjectStoreDriver,
  type ObjectWriter,
  objectStore,
} from "@faasade/connectors/object-store";
import type { Ambient } from "@faasade/core";
import { urlVariable } from "@faasade/core/adapter";
import { Refusal } from "@faasade/platforms/shared/refusal";
import type { Ledger } from "../ledger.ts";

interface StoreModule {
  open(
    url: string,
    options: { readonly configuration: (variable: string) => string | undefined },
  ): ObjectStoreDriver;
}

/** By the scheme of the URL. */
const drivers: Readonly<Record<string, () => Promise<StoreModule>>> = {
  "s3:": () => import("@faasade/connectors/object-store/s3"),
  "gs:": () => import("@faasade/connectors/object-store/gcs"),
  "azure-blob:": () => import("@faasade/connectors/object-store/azure-blob"),
};

export interface OpenStores {
  readonly store: (name: string) => Promise<ObjectReader & ObjectWriter>;
  readonly close: () => Promise<void>;
}

export function storesOf({ app, stage, resources }: Ledger): OpenStores {
  const open = new Map<string, Promise<ObjectStoreDriver>>();
  return {
    async store(name) {
      const url = resources[urlVariable(name)];
      const load = drivers[url === undefined ? "" : new URL(url).protocol];
      if (url === undefined || load === undefined) {
        const known = Object.keys(resources).join(", ") || "none";
        throw new Refusal(
          `Cannot open the store ${name} of ${app} on stage ${stage}: the stage says no URL of it that can be opened here. It says: ${known}.`,
        );
      }
      const driver =
        open.get(url) ?? load().then((one) => one.open(url, { configuration: (name) => process.env[name] }));
      open.set(url, driver);
      const ambient: Pick<Ambient, "traceparent"> = { traceparent: "" };
      return objectStore(name).connect(await driver, "readWrite", ambient as Ambient) as ObjectReader &
        ObjectWriter;
    },
    async close() {
      for (const driver of open.values()) await (await driver).close();
    },
  };
}
