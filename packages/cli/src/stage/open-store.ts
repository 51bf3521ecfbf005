// A store of a deployed app, opened by the driver that it was built with.
import { noSuchObject, type OpenStore } from "../objects/store.ts";
import { openNamed } from "./open-stage.ts";
import type { StageOptions } from "./options.ts";

export async function openStageStore(named: string, options: StageOptions): Promise<OpenStore> {
  const { ledger, client, name } = await openNamed(options, "store", named, (functions) => [
    ...new Set(
      functions.flatMap(({ grants }) =>
        grants.filter(({ kind }) => kind === "object-store").map(({ name }) => name),
      ),
    ),
  ]);
  const store = await client.store(name);
  const qualified = `${ledger.app}/${name}`;
  return {
    name: qualified,
    put: (key, body, { contentType }) => store.put(key, body, { contentType }),
    async get(key) {
      const object = await store.get(key);
      if (object === undefined) throw noSuchObject(qualified, key);
      return {
        type: object.info.contentType,
        size: object.info.size,
        body: object.stream(),
        discard: async () => object[Symbol.asyncDispose](),
      };
    },
    list: (page) => store.list(page),
    remove: (key) => store.delete(key),
    close: () => client.close(),
  };
}
