// A store that a person names: of the local world, or of a deployed app.
import {
  ControlError,
  chooseName,
  type ObjectEntry,
  type Status,
  type WorldClient,
} from "@faasade/local/control";
import { refused } from "../exit-code.ts";
import { runningWorld } from "../here.ts";
import type { StageOptions } from "../stage/options.ts";

export interface OpenStore {
  /** `app/store` */
  readonly name: string;
  put(
    key: string,
    body: AsyncIterable<Uint8Array>,
    about: { readonly contentType: string; readonly size?: number },
  ): Promise<{ readonly etag: string }>;
  /** @throws with status 404 when there is no such object. */
  get(key: string): Promise<OpenObject>;
  list(page: {
    readonly prefix: string;
    readonly limit: number;
    readonly after?: string;
  }): Promise<{ readonly objects: readonly ObjectEntry[]; readonly next?: string | undefined }>;
  remove(key: string): Promise<void>;
  close(): Promise<void>;
}

export interface OpenObject {
  readonly type: string;
  /** Bytes, where they are known before they come. */
  readonly size?: number;
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives back what an unread object holds. */
  discard(): Promise<void>;
}

/** Does something with a store, and closes what it was opened by. @throws {CommandFailure} when no store, or more than one, has that name. */
export async function withStore<Result>(
  name: string,
  options: StageOptions,
  work: (store: OpenStore) => Promise<Result>,
): Promise<Result> {
  const store =
    options.stage === undefined
      ? await openLocal(await runningWorld(), name)
      : await (await import("../stage/open-store.ts")).openStageStore(name, options);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export function chooseStore({ apps }: Pick<Status, "apps">, name: string): string {
  const known = Object.entries(apps).flatMap(([app, { stores }]) =>
    stores.map((store) => (store.includes("/") ? store : `${app}/${store}`)),
  );
  return chooseName("store", name, known, refused);
}

async function openLocal(client: WorldClient, named: string): Promise<OpenStore> {
  const name = chooseStore(await client.status(), named);
  return {
    name,
    put: (key, body, about) => client.putObject(name, key, body, about),
    async get(key) {
      const incoming = await client.getObject(name, key);
      const { "content-type": type = "", "content-length": length } = incoming.headers;
      return {
        type,
        ...(length === undefined ? {} : { size: Number(length) }),
        body: incoming,
        discard: async () => void incoming.destroy(),
      };
    },
    list: (page) => client.listObjects(name, page),
    remove: (key) => client.removeObject(name, key),
    close: async () => {},
  };
}

/** As the local world says it. */
export function noSuchObject(name: string, key: string): ControlError {
  return new ControlError(404, "not_found", `There is no ${key} in ${name}.`);
}
