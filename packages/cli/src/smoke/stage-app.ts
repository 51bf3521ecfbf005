// A deployed app, as a story works with it.
import type { StoryApp } from "@faasade/core/story";
import type { StageClient } from "@faasade/deploy";
import { eventually } from "./eventually.ts";
import { isWhole, request } from "./request.ts";

export function stageApp(client: StageClient, unique: string): StoryApp {
  const url = client.url ?? "";
  return {
    url,
    unique,
    async fetch(target, asked) {
      const plain = request(url, target, asked);
      return fetch(isWhole(target) ? plain : ((await client.authorize?.(plain)) ?? plain));
    },
    async invoke(name, data) {
      const { ok, reply, error } = await client.invoke(name, data);
      if (!ok) throw new Error(`${name} failed: ${error?.message ?? "it gave no reason"}`);
      return reply;
    },
    objects: (store) => ({
      async put(key, content) {
        await (await client.store(store)).put(key, content);
      },
      async get(key) {
        await using object = await (await client.store(store)).get(key);
        return await object?.bytes();
      },
      async delete(key) {
        await (await client.store(store)).delete(key);
      },
    }),
    deadLetters: () => client.deadLetters(),
    eventually,
  };
}
