// The object stores of every app, as the host itself reads and writes them.
import { mkdir } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import {
  type ObjectReader,
  type ObjectStoreDriver,
  type ObjectWriter,
  objectStore,
} from "@faasade/connectors/object-store";
import type { Ambient } from "@faasade/core";
import { FunctionError } from "@faasade/core";
import { openStore } from "../app/drivers/object-store.ts";
import type { StoreState } from "../control/api.ts";
import { type Engines, storeUrl } from "../engines/engines.ts";
import { type Home, storeFolder } from "../home.ts";

interface OpenStore {
  readonly client: ObjectReader & ObjectWriter;
  readonly driver: ObjectStoreDriver;
  summary: Promise<StoreState> | undefined;
}

const recountMilliseconds = 5000;

export class Stores {
  readonly #home: Home;
  readonly #ambient: Ambient;
  readonly #engines: Engines;
  readonly #open = new Map<string, Promise<OpenStore>>();

  constructor(home: Home, ambient: Ambient, engines: Engines = {}) {
    this.#home = home;
    this.#ambient = ambient;
    this.#engines = engines;
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

  /** Opens an app's store, or makes it, as a driver. */
  async driver(app: string, name: string): Promise<ObjectStoreDriver> {
    return (await this.#get(app, name)).driver;
  }

  /** Stands in an app's store by its URL: another place is another store. */
  placeOf(app: string, name: string): string {
    return storeUrl(this.#engines, `${app}/${name}`) ?? "";
  }

  /** How much a store holds; counted again after a change, or, where others change it too, after some seconds. */
  async summary(app: string, name: string): Promise<StoreState> {
    const store = await this.#get(app, name);
    if (store.summary === undefined) {
      store.summary = count(name, store.client);
      store.summary.catch(() => this.changed(app, name));
      if (this.placeOf(app, name) !== "")
        setTimeout(() => this.changed(app, name), recountMilliseconds).unref();
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
    const { clock } = this.#ambient;
    let url = this.placeOf(app, name);
    if (url === "") {
      const folder = this.folder(app, name);
      await mkdir(folder, { recursive: true });
      url = pathToFileURL(folder).href;
    }
    const driver = await openStore(url, clock);
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
