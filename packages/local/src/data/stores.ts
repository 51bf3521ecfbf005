// The object stores of every app, as the host itself reads and writes them.
import { mkdir } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import {
  type ObjectReader,
  type ObjectStoreDriver,
  type ObjectWriter,
  objectStore,
} from "@faasade/connectors/object-store";
import { open } from "@faasade/connectors/object-store/file";
import type { Ambient } from "@faasade/core";
import { FunctionError } from "@faasade/core";
import type { StoreState } from "../control/api.ts";
import { type Home, storeFolder } from "../home.ts";

interface OpenStore {
  readonly client: ObjectReader & ObjectWriter;
  readonly driver: ObjectStoreDriver;
  summary: Promise<StoreState> | undefined;
}

export class Stores {
  readonly #home: Home;
  readonly #ambient: Ambient;
  readonly #open = new Map<string, Promise<OpenStore>>();

  constructor(home: Home, ambient: Ambient) {
    this.#home = home;
    this.#ambient = ambient;
  }

  /** Opens an app's store, or makes it. */
  async open(app: string, name: string): Promise<ObjectReader & ObjectWriter> {
    return (await this.#get(app, name)).client;
  }

  /** As `ambient` uses it. @throws {FunctionError} `not_found` when no app that runs has declared it. */
  async find(app: string, name: string, ambient = this.#ambient): Promise<ObjectReader & ObjectWriter> {
    const opening = this.#open.get(`${app}/${name}`);
    if (opening !== undefined) return connect(name, (await opening).driver, ambient);
    const known = [...this.#open.keys()].join(", ") || "none";
    throw new FunctionError("not_found", `Cannot find the store ${app}/${name}. There are: ${known}.`);
  }

  folder(app: string, name: string): string {
    return storeFolder(this.#home, app, name);
  }

  /** How much a store holds; counted again after a change. */
  async summary(app: string, name: string): Promise<StoreState> {
    const store = await this.#get(app, name);
    if (store.summary === undefined) {
      store.summary = count(name, store.client);
      store.summary.catch(() => this.changed(app, name));
    }
    return store.summary;
  }

  changed(app: string, name: string): void {
    const forget = (store: OpenStore): void => {
      store.summary = undefined;
    };
    this.#open.get(`${app}/${name}`)?.then(forget, () => {});
  }

  async close(): Promise<void> {
    for (const opening of await Promise.allSettled(this.#open.values())) {
      if (opening.status === "fulfilled") await opening.value.driver.close();
    }
  }

  #get(app: string, name: string): Promise<OpenStore> {
    const key = `${app}/${name}`;
    let opening = this.#open.get(key);
    if (opening === undefined) {
      opening = this.#openStore(app, name);
      this.#open.set(key, opening);
      opening.catch(() => this.#open.delete(key));
    }
    return opening;
  }

  async #openStore(app: string, name: string): Promise<OpenStore> {
    const folder = this.folder(app, name);
    await mkdir(folder, { recursive: true });
    const { clock } = this.#ambient;
    const driver = await open(pathToFileURL(folder).href, { clock });
    return { client: connect(name, driver, this.#ambient), driver, summary: undefined };
  }
}

function connect(name: string, driver: ObjectStoreDriver, ambient: Ambient): ObjectReader & ObjectWriter {
  return objectStore(name).connect(driver, "readWrite", ambient) as ObjectReader & ObjectWriter;
}

async function count(name: string, store: ObjectReader): Promise<StoreState> {
  let objects = 0;
  let bytes = 0;
  for await (const { size } of store.keys()) {
    objects += 1;
    bytes += size;
  }
  return { name, objects, bytes };
}
